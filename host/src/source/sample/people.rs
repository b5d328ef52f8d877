//! Who is in the groups of the sample.

/// The departments of the generated shares: each has owners, stewards and analysts.
pub(super) const DEPARTMENTS: [&str; 20] = [
    "retail",
    "logistics",
    "treasury",
    "pricing",
    "claims",
    "quality",
    "research",
    "energy",
    "security",
    "procurement",
    "legal",
    "audit",
    "planning",
    "support",
    "media",
    "travel",
    "facilities",
    "fleet",
    "export",
    "insurance",
];

/// The groups of the shares that every sample has.
const COMPANY: [(&str, &[&str]); 6] = [
    ("sales-admins", &["pam", "jim"]),
    ("sales-stewards", &["stewards.sales"]),
    ("finance-admins", &["angela", "oscar"]),
    ("hr-admins", &["toby"]),
    ("marketing-analysts", &["kelly"]),
    ("risk-team", &["creed"]),
];

/// Who is in a department's groups.
const STAFF: [(&str, &[&str]); 3] =
    [("owners", &["amira", "ben"]), ("stewards", &["chloe"]), ("analysts", &["dev", "elena", "farid"])];

/// One address of a member of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The group's name.
    pub group: String,
    /// The channel's name.
    pub channel: &'static str,
    /// The address on that channel.
    pub address: String,
}

/// The members of all groups of a sample with so many generated shares.
pub fn sample_people(generated: u32) -> Vec<Person> {
    let email = |group: String, name: String| Person { group, channel: "email", address: name + "@example.com" };
    let company = COMPANY
        .into_iter()
        .flat_map(|(group, names)| names.iter().map(move |name| (group.to_owned(), (*name).to_owned())));
    let departments = DEPARTMENTS.into_iter().filter(|_| generated > 0).flat_map(|department| {
        STAFF.into_iter().flat_map(move |(team, names)| {
            names.iter().map(move |name| (format!("{department}-{team}"), format!("{name}.{department}")))
        })
    });
    company.chain(departments).map(|(group, name)| email(group, name)).collect()
}
