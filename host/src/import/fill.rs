//! The configuration that is written: a text with places to fill in.

use serde_json::json;

use super::plan::Plan;

/// nudged's configuration; `<<name>>` stands for what data.all's settings come to.
const TEMPLATE: &str = include_str!("config.jsonc");

/// The template with this plan in it.
pub(super) fn fill(plan: &Plan) -> String {
    let places = [
        ("pending_active", plan.pending.on.to_string()),
        ("pending_why", plan.pending.why.to_owned()),
        ("schedule", json!(plan.schedule).to_string()),
        ("expiry_active", plan.expiry.on.to_string()),
        ("expiry_why", plan.expiry.why.to_owned()),
        ("run_schedule", list(&plan.run_schedule)),
        ("days_before", list(&plan.days_before)),
        ("group_notifications", plan.group_notifications.to_string()),
    ];
    places.iter().fold(TEMPLATE.to_owned(), |text, (name, value)| text.replace(&format!("<<{name}>>"), value))
}

fn list(days: &[u32]) -> String {
    let days: Vec<_> = days.iter().map(u32::to_string).collect();
    format!("[{}]", days.join(", "))
}
