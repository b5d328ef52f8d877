//! Loading and calling WebAssembly components.
