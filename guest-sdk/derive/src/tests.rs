//! What is refused, and what serde's names become.

use quote::ToTokens;
use syn::{DeriveInput, parse_quote};

use crate::{case::Case, code::quoted, expand::parameters, schema::description};

fn refusal(input: &DeriveInput) -> String {
    match parameters(input) {
        Ok(code) => panic!("{} became {code}", input.to_token_stream()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn attributes_of_serde_that_a_schema_cannot_tell_are_errors() {
    let fields: [(&str, syn::Attribute); 8] = [
        ("flatten", parse_quote!(#[serde(flatten)])),
        ("alias", parse_quote!(#[serde(default, alias = "old")])),
        ("skip", parse_quote!(#[serde(skip)])),
        ("skip_deserializing", parse_quote!(#[serde(skip_deserializing)])),
        ("with", parse_quote!(#[serde(with = "module")])),
        ("deserialize_with", parse_quote!(#[serde(deserialize_with = "function")])),
        ("borrow", parse_quote!(#[serde(borrow)])),
        ("unheard_of", parse_quote!(#[serde(unheard_of)])),
    ];
    for (name, attribute) in fields {
        let text = refusal(&parse_quote!(struct P { #attribute x: u32 }));
        assert!(text.starts_with(&format!("a derived schema cannot tell what serde's `{name}` does: ")), "{text}");
    }
    let types: [(&str, syn::Attribute); 6] = [
        ("transparent", parse_quote!(#[serde(transparent)])),
        ("from", parse_quote!(#[serde(from = "Other")])),
        ("try_from", parse_quote!(#[serde(try_from = "Other")])),
        ("untagged", parse_quote!(#[serde(untagged)])),
        ("tag", parse_quote!(#[serde(tag = "kind")])),
        ("remote", parse_quote!(#[serde(remote = "Other")])),
    ];
    for (name, attribute) in types {
        let texts =
            [refusal(&parse_quote!(#attribute struct P { x: u32 })), refusal(&parse_quote!(#attribute enum P { A }))];
        assert!(texts.iter().all(|text| text.contains(&format!("serde's `{name}`"))), "{texts:?}");
    }
    assert!(
        refusal(&parse_quote!(
            enum P {
                #[serde(other)]
                A,
            }
        ))
        .contains("serde's `other`")
    );
}

#[test]
fn attributes_that_change_nothing_that_is_read_are_passed_over() {
    let input = parse_quote! {
        #[serde(bound(deserialize = "T: X", serialize = "T: Y"), crate = "other", rename = "Name", expecting = "words")]
        struct P {
            #[serde(skip_serializing_if = "Option::is_none", serialize_with = "function")]
            x: Option<u32>,
        }
    };
    parameters(&input).expect("it is told");
}

#[test]
fn types_that_are_no_parameters_are_errors() {
    let cases: [(DeriveInput, &str); 6] = [
        (
            parse_quote!(
                struct P(u32);
            ),
            "parameters are a struct with named fields; without any, use `NoParameters`",
        ),
        (
            parse_quote!(
                struct P;
            ),
            "parameters are a struct with named fields; without any, use `NoParameters`",
        ),
        (
            parse_quote!(
                struct P<T> {
                    x: T,
                }
            ),
            "parameters are of one type, without generics",
        ),
        (
            parse_quote!(
                enum P {
                    A(u32),
                }
            ),
            "a parameter's enum has plain names, without content",
        ),
        (
            parse_quote!(
                #[serde(rename_all = "Title Case")]
                struct P {
                    x: u32,
                }
            ),
            "serde knows no case `Title Case`",
        ),
        (
            parse_quote!(
                #[parameters(other = 1)]
                struct P {
                    x: u32,
                }
            ),
            "expected `schema = …`",
        ),
    ];
    for (input, text) in cases {
        assert_eq!(refusal(&input), text);
    }
}

#[test]
fn keywords_that_are_unknown_or_of_the_wrong_kind_are_errors() {
    let cases: [(syn::Attribute, &str); 5] = [
        (parse_quote!(#[parameter(minimun = 1)]), "expected one of: minimum, maximum, min_length,"),
        (parse_quote!(#[parameter(items(least = 1))]), "expected one of: minimum, maximum, min_length,"),
        (parse_quote!(#[parameter(pattern = 7)]), "expected a text"),
        (parse_quote!(#[parameter(min_length = "7")]), "expected a whole number"),
        (parse_quote!(#[parameter(example = f())]), "an example is a literal, or an array of them"),
    ];
    for (attribute, text) in cases {
        let refusal = refusal(&parse_quote!(struct P { #attribute x: u32 }));
        assert!(refusal.starts_with(text), "{refusal}");
    }
}

#[test]
fn names_are_spelled_as_serde_spells_them() {
    let rules = [
        ("lowercase", "warn_after", "cloudevents"),
        ("UPPERCASE", "WARN_AFTER", "CLOUDEVENTS"),
        ("PascalCase", "WarnAfter", "CloudEvents"),
        ("camelCase", "warnAfter", "cloudEvents"),
        ("snake_case", "warn_after", "cloud_events"),
        ("SCREAMING_SNAKE_CASE", "WARN_AFTER", "CLOUD_EVENTS"),
        ("kebab-case", "warn-after", "cloud-events"),
        ("SCREAMING-KEBAB-CASE", "WARN-AFTER", "CLOUD-EVENTS"),
    ];
    for (rule, field, variant) in rules {
        let case = Case::of(&syn::LitStr::new(rule, proc_macro2::Span::call_site())).expect("a rule");
        assert_eq!(
            (case.field("warn_after").as_str(), case.variant("CloudEvents").as_str()),
            (field, variant),
            "{rule}"
        );
    }
}

#[test]
fn doc_comments_become_descriptions_and_strings_are_escaped() {
    let field: syn::Field = parse_quote! {
        /// Access that ends
        /// soon.
        ///
        /// Or later.
        #[doc = "Or \"never\"."]
        x: u32
    };
    assert_eq!(description(&field.attrs).as_deref(), Some("Access that ends soon.\nOr later. Or \"never\"."));
    assert_eq!(quoted("a\"b\\c\nd\u{1}é"), r#""a\"b\\c\nd\u0001é""#);
}
