//! What one call may hold: memory and handles.

use wasmtime::{
    ResourceLimiter,
    component::{ResourceTable, ResourceTableError},
};

/// Bytes of a table's element, as wasmtime lays tables out on a 64-bit machine.
const TABLE_ELEMENT: usize = 8;

/// Counts what all memories and tables of a call hold together.
#[derive(Debug)]
pub(super) struct Budget {
    limit: usize,
    used: usize,
    exceeded: bool,
}

impl Budget {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, used: 0, exceeded: false }
    }

    /// Whether the guest asked for more than it may have.
    pub(super) fn exceeded(&self) -> bool {
        self.exceeded
    }

    /// The most bytes that were held: memories and tables never shrink.
    pub(super) fn peak(&self) -> usize {
        self.used
    }

    fn grow(&mut self, current: usize, desired: usize) -> wasmtime::Result<bool> {
        let used = self.used + desired.saturating_sub(current);
        if used > self.limit {
            self.exceeded = true;
            return Err(wasmtime::format_err!("needs more than its limit of {} bytes of memory", self.limit));
        }
        self.used = used;
        Ok(true)
    }
}

impl ResourceLimiter for Budget {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current, desired)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.grow(current * TABLE_ELEMENT, desired * TABLE_ELEMENT)
    }
}

/// A table for the host's resources of one call.
pub(super) fn table(handles: usize) -> ResourceTable {
    let mut table = ResourceTable::new();
    table.set_max_capacity(handles);
    table
}

/// What wasmtime says when a store has as many handles as it may; the error is a text and nothing else.
const NO_MORE_HANDLES: &str = "store handle limit exceeded";

/// Whether a call ended because it wanted one handle too many: of a resource of the host, or of one of its own.
pub(super) fn is_out_of_handles(error: &wasmtime::Error) -> bool {
    let of_host = matches!(error.downcast_ref(), Some(ResourceTableError::Full));
    of_host || error.root_cause().to_string().ends_with(NO_MORE_HANDLES)
}
