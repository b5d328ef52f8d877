//! A row of the statement for stacks.

use std::sync::Arc;

use super::{Columns, Read, Reader, ownerless};
use crate::model::{Item, Stack};

impl<C: Columns> Reader<'_, C> {
    pub(super) fn stack(&self, uri: &str) -> Read {
        let kind = self.string("kind")?;
        let target = self.string("targetUri")?;
        // Other kinds (notebooks, pipelines, …) are joined to nothing.
        if ["dataset", "environment"].contains(&kind.as_str()) && self.text(&kind)?.is_none() {
            return Err(format!("its {kind} \"{target}\" does not exist: delete the stack or restore the {kind}"));
        }
        let stack = Stack {
            uri: uri.to_owned(),
            kind,
            status: self.string("status")?,
            target_uri: target,
            target_label: self.string("targetLabel")?,
            account: self.string("account")?,
            region: self.string("region")?,
            error: self.string("error")?,
            producers: self.group("producers")?,
            stewards: self.group("stewards")?,
            environment_label: self.string("environmentLabel")?,
            environment_admins: self.group("environmentAdmins")?,
        };
        let flaws = self.flaws_of(&stack)?;
        Ok((Item::Stack(Arc::new(stack)), flaws))
    }

    fn flaws_of(&self, stack: &Stack) -> Result<Vec<String>, String> {
        let target = &stack.target_uri;
        Ok(match stack.kind.as_str() {
            "dataset" => {
                let mut flaws = ownerless(target, stack.producers.as_ref(), stack.stewards.as_ref());
                if self.text("environment")?.is_none() {
                    flaws.push(format!("the environment of its dataset \"{target}\" does not exist: restore it"));
                }
                flaws
            }
            "environment" if stack.environment_admins.is_none() => {
                vec![format!("its environment \"{target}\" has no team: set environment.\"SamlGroupName\"")]
            }
            _ => Vec::new(),
        })
    }
}
