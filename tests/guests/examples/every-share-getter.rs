//! Answers with whatever the host tells of a share.

use nudged_sdk::{Context, Finding, Manifest, NoParameters, Share, ShareItem, ShareStrategy};

struct EveryShareGetter;

impl ShareStrategy for EveryShareGetter {
    type Parameters = NoParameters;

    fn manifest() -> Manifest {
        Manifest::new("every-share-getter", "1.0.0").fields(&["items"])
    }

    fn evaluate(share: &Share<'_>, context: &Context) -> Option<Finding> {
        let finding = Finding::new("told", share.uri(), format!("{:?}", context.attributes))
            .since(share.since())
            .deadline(share.expires())
            .fact("status", share.status())
            .fact("owner", share.owner())
            .fact("requesters", share.requesters())
            .fact("principal", share.principal())
            .fact("principal-type", share.principal_type())
            .fact("purpose", share.purpose())
            .fact("expiry-day", format!("{:?}", share.expiry_day()))
            .fact("extension-asked", share.extension_asked().to_string())
            .fact("extension-reason", share.extension_reason())
            .fact("requested-expiry-day", format!("{:?}", share.requested_expiry_day()))
            .fact("reject-purpose", share.reject_purpose())
            .fact("non-expirable", share.non_expirable().to_string())
            .fact("dataset-uri", share.dataset_uri())
            .fact("dataset-label", share.dataset_label())
            .fact("confidentiality", share.confidentiality())
            .fact("expiry-setting", share.expiry_setting())
            .fact("expiry-min-duration", format!("{:?}", share.expiry_min_duration()))
            .fact("expiry-max-duration", format!("{:?}", share.expiry_max_duration()))
            .fact("producers", share.producers())
            .fact("stewards", share.stewards())
            .fact("environment-uri", share.environment_uri())
            .fact("environment-label", share.environment_label());
        Some(share.items().fold(finding, |finding, item| finding.fact("item", told(&item))))
    }
}

fn told(item: &ShareItem<'_>) -> String {
    let times = [item.touched(), item.verified()].map(|at| at.map(|at| at.timestamp_millis()));
    let texts = [item.uri(), item.name(), item.kind(), item.status(), item.health(), item.health_message()];
    format!("{} {times:?}", texts.join(" "))
}

nudged_sdk::share_strategy!(EveryShareGetter);
