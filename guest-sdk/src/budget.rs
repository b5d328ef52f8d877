//! What a plugin may cost, by its own account.

/// What a plugin may cost at most. Nothing keeps it to that while it serves: `nudged plugin bench` measures it, and fails
/// where it takes more.
///
/// ```
/// use nudged_sdk::{Budget, Manifest};
///
/// let manifest = Manifest::new("orphans", "1.0.0").budget(Budget::new().item_micros(20).first_call_millis(5));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Budget {
    item_micros: Option<u32>,
    item_bytes: Option<u32>,
    first_call_millis: Option<u32>,
}

impl Budget {
    /// A budget that bounds nothing yet.
    pub const fn new() -> Self {
        Self { item_micros: None, item_bytes: None, first_call_millis: None }
    }

    /// Time for each item, in microseconds.
    pub const fn item_micros(mut self, micros: u32) -> Self {
        self.item_micros = Some(micros);
        self
    }

    /// Memory for each item of a batch, in bytes.
    pub const fn item_bytes(mut self, bytes: u32) -> Self {
        self.item_bytes = Some(bytes);
        self
    }

    /// Time for the first call, which readies the plugin, in milliseconds.
    pub const fn first_call_millis(mut self, millis: u32) -> Self {
        self.first_call_millis = Some(millis);
        self
    }

    /// Its members in the manifest.
    pub(crate) const fn members(&self) -> [(&'static str, Option<u32>); 3] {
        [
            ("item-micros", self.item_micros),
            ("item-bytes", self.item_bytes),
            ("first-call-millis", self.first_call_millis),
        ]
    }
}
