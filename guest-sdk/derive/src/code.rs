//! Code that writes a JSON text: literals for what is known when the plugin is compiled, calls for the rest.

use proc_macro2::TokenStream;
use quote::quote;

/// Statements that write to `out`, a `String`.
#[derive(Default)]
pub(crate) struct Code {
    statements: TokenStream,
    /// What comes after them: neighbours become one literal.
    literal: String,
}

impl Code {
    /// Writes a text as it is.
    pub(crate) fn text(&mut self, text: &str) {
        self.literal.push_str(text);
    }

    /// Writes a name of an object's member, with its colon.
    pub(crate) fn key(&mut self, name: &str) {
        self.literal.push_str(&quoted(name));
        self.literal.push(':');
    }

    /// Runs a statement that writes to `out`.
    pub(crate) fn run(&mut self, statement: TokenStream) {
        self.flush();
        self.statements.extend(statement);
    }

    /// The statements.
    pub(crate) fn finish(mut self) -> TokenStream {
        self.flush();
        self.statements
    }

    fn flush(&mut self) {
        let literal = std::mem::take(&mut self.literal);
        if !literal.is_empty() {
            self.statements.extend(quote!(::nudged_sdk::schema::put(#literal, out);));
        }
    }
}

/// The text as a JSON string.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            c if c < ' ' => quoted.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}
