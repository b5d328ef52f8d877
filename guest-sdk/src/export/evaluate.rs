//! What strategies of every kind do alike: understanding the question, and answering.

use crate::{
    Answer, Context, Finding, Parameters, bindings::share_strategy::nudged::plugin::findings as wire, export::panics,
    time,
};

/// Judges items `0..len`. `judge` names the item to [`panics`] first.
pub(super) fn evaluate<P: Parameters, A: Answer>(
    len: u32,
    context: wire::Context,
    judge: impl Fn(u32, &Context<P>) -> A,
) -> Result<Vec<wire::Finding>, String> {
    let context = understand(context)?;
    let mut findings = Vec::new();
    for item in 0..len {
        let found = judge(item, &context).findings().map_err(|error| format!("{}: {error}", panics::item()))?;
        for finding in found {
            findings.push(answer(item, finding));
        }
    }
    Ok(findings)
}

fn understand<P: Parameters>(context: wire::Context) -> Result<Context<P>, String> {
    let parameters = P::read(&context.parameters)?;
    let mut understood = Context::new(time::instant(context.now), time::day(context.today), parameters);
    understood.attributes = context.attributes;
    Ok(understood)
}

fn answer(item: u32, finding: Finding) -> wire::Finding {
    wire::Finding {
        item,
        reason: finding.reason,
        since: finding.since.map(|at| at.timestamp_millis()),
        roles: finding.roles,
        severity: finding.severity.as_str().to_owned(),
        title: finding.title,
        text: finding.text,
        deadline: finding.deadline.map(|at| at.timestamp_millis()),
        action: finding.action,
        attributes: finding.facts,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{NoParameters, Severity};

    #[test]
    fn a_finding_crosses_the_border_whole() {
        let since = time::instant(1_000);
        let finding = Finding::new("pending", "A headline", "A sentence.")
            .since(since)
            .roles(["producers"])
            .severity(Severity::Critical)
            .deadline(time::instant(2_000))
            .action("revoke")
            .fact("Team", "sales")
            .fact("Purpose", " ");
        let wire = answer(7, finding);
        assert_eq!((wire.item, wire.since, wire.deadline), (7, Some(1_000), Some(2_000)));
        assert_eq!(
            (wire.reason.as_str(), wire.severity.as_str(), wire.title.as_str(), wire.text.as_str()),
            ("pending", "critical", "A headline", "A sentence.")
        );
        assert_eq!((wire.roles, wire.action), (vec!["producers".to_owned()], Some("revoke".to_owned())));
        assert_eq!(wire.attributes, [("Team".to_owned(), "sales".to_owned())], "an empty fact is none");
        assert_eq!(answer(0, Finding::new("a", "b", "c")).since, None);
    }

    #[derive(serde::Deserialize, crate::Parameters)]
    struct Days {
        days: u32,
    }

    #[test]
    fn a_context_is_understood_with_its_parameters() {
        let context = |parameters: &str| wire::Context {
            now: 1_000,
            today: 1,
            parameters: parameters.to_owned(),
            attributes: vec![("zone".to_owned(), "UTC".to_owned())],
        };
        let understood = understand::<Days>(context(r#"{"days":7}"#)).unwrap();
        assert_eq!((understood.now, understood.today), (time::instant(1_000), time::day(1)));
        assert_eq!(understood.parameters.days, 7);
        assert_eq!(understood.attributes, [("zone".to_owned(), "UTC".to_owned())]);
        assert!(understand::<NoParameters>(context("{}")).is_ok());
        assert!(understand::<Days>(context(r#"{"days":"7"}"#)).is_err());
    }
}
