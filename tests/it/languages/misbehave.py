

def misbehave(word: str) -> None:
    """For the tests."""
    hoard = []
    if word == "raise":
        raise ValueError("out of luck")
    if word == "print":
        print("a word")
    if word == "exit":
        raise SystemExit("done here")
    while word == "spin":
        pass
    while word == "hoard":
        hoard.append(bytearray(65536))
