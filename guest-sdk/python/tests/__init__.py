"""The SDK's own tests, without a component: `python -m unittest discover -s tests`, in this folder."""
