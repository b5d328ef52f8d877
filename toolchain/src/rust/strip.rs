//! A component without the names of its parts.
//!
//! The linker gives every function, type and instance of a component a name, for those who read it as text. They are 3 to
//! 6 KB of a plugin's 50, and nothing that runs reads them; the compiler's own names are gone already (`strip = true`).

use anyhow::{Context, Result};
use wasm_encoder::{ComponentSection, RawSection};
use wasmparser::{Parser, Payload};

/// The custom section with the names of a component's parts.
const NAMES: &str = "component-name";

/// The component again, byte for byte, but for the names of its own parts.
///
/// # Errors
///
/// When it is no WebAssembly.
pub fn stripped(component: &[u8]) -> Result<Vec<u8>> {
    let mut kept = Vec::with_capacity(component.len());
    // Modules and components within this one are sections of it, and kept as they are.
    let mut within = 0_u32;
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload.context("what the linker made is no WebAssembly")?;
        match &payload {
            Payload::Version { range, .. } if within == 0 => kept.extend_from_slice(&component[range.clone()]),
            Payload::End(_) => within = within.saturating_sub(1),
            _ if within == 0 && !is_names(&payload) => keep(component, &payload, &mut kept),
            _ => {}
        }
        if matches!(payload, Payload::ModuleSection { .. } | Payload::ComponentSection { .. }) {
            within += 1;
        }
    }
    Ok(kept)
}

fn is_names(payload: &Payload<'_>) -> bool {
    matches!(payload, Payload::CustomSection(section) if section.name() == NAMES)
}

fn keep(component: &[u8], payload: &Payload<'_>, kept: &mut Vec<u8>) {
    if let Some((id, range)) = payload.as_section() {
        RawSection { id, data: &component[range] }.append_to_component(kept);
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use wasm_encoder::{Component, CustomSection, Module, ModuleSection, NestedComponentSection};

    use super::*;

    fn custom<'a>(name: &'a str, data: &'a [u8]) -> CustomSection<'a> {
        CustomSection { name: Cow::Borrowed(name), data: Cow::Borrowed(data) }
    }

    /// A component with a module and a component in it, each with a section of names, and with its own if so wanted.
    fn component(named: bool) -> Vec<u8> {
        let mut module = Module::new();
        module.section(&custom("name", b"of functions"));
        let mut inner = Component::new();
        inner.section(&custom(NAMES, b"of the inner one"));
        let mut whole = Component::new();
        whole.section(&ModuleSection(&module));
        if named {
            whole.section(&custom(NAMES, b"of all"));
        }
        whole.section(&NestedComponentSection(&inner));
        whole.section(&custom("producers", b"\0"));
        whole.finish()
    }

    #[test]
    fn the_names_of_its_own_parts_go_and_all_else_stays() {
        assert_eq!(stripped(&component(true)).unwrap(), component(false));
        assert_ne!(component(true), component(false));
    }

    #[test]
    fn what_has_no_names_is_the_same_again() {
        assert_eq!(stripped(&component(false)).unwrap(), component(false));
        let mut module = Module::new();
        module.section(&custom("name", b"of functions"));
        let module = module.finish();
        assert_eq!(stripped(&module).unwrap(), module, "that it is no component is told by who loads it");
    }

    #[test]
    fn what_is_cut_off_or_no_webassembly_is_refused() {
        let whole = component(true);
        for broken in [&whole[..whole.len() - 1], b"<html>", b""] {
            let error = stripped(broken).unwrap_err();
            assert_eq!(error.to_string(), "what the linker made is no WebAssembly");
        }
    }
}
