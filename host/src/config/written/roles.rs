//! Roles: who of those that an item has to do with.

use super::List;
use crate::{
    config::{problem::Complaint, report::Place, suggest::did_you_mean},
    model::{ROLES, Role},
};

/// A role. A strategy may know more than nudged resolves, hence the warning only; `own` are those of the reminder's own source.
pub(super) fn role(role: String, own: &[&str], at: &Place<'_>) -> Role {
    let known = [&ROLES[..], own].concat();
    if !known.contains(&role.as_str()) {
        let what = format!("{role:?} is not a role that nudged knows");
        at.warning(Complaint::new(what, did_you_mean(&role, &known)));
    }
    role
}

/// Several roles.
pub(super) fn audience(roles: List, own: &[&str], at: &Place<'_>) -> Vec<Role> {
    let one = |(index, written): (usize, Option<String>)| Some(role(written?, own, &at.index(index)));
    roles.into_iter().enumerate().filter_map(one).collect()
}
