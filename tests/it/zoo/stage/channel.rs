//! Channels that serve, and what their calls come to.

use std::sync::Arc;

use nudged_tests::{Act, Database, Means, Plan, Recorder, Relay, Reply, Stage as Step, at, notice_over, smtp};
use serde_json::json;

use super::Stage;
use crate::zoo::row::{Body, End, Row};

impl Stage {
    /// A notice over the guest and one over its neighbour: the text of the guest's fault.
    pub(super) async fn deliver(&self, plugin: &str, row: &Row) -> String {
        let End::Fault(kind) = row.end else { panic!("a channel's end is a fault") };
        let (relay, server) = (Relay::start().await, Recorder::start().await);
        relay.on(Step::Recipient, Act::Reply("450 4.2.1 busy"));
        server.always(Reply::says(200, "late").held());
        let steps = if let Body::Told(steps) = &row.body { steps(&server) } else { json!([]) };
        let parameters = json!({ "steps": steps });
        let means = Means::http(&[&server.url()]).parameters(parameters).secret("token", "t0k3n-t0k3n");
        let plan = Plan::default()
            .channel_with("bad", plugin, Means { mail: Some(smtp(&relay.url())), ..means })
            .channel("good", "rejects", None);
        let database = Database::fresh_sqlite();
        let office = plan.over(Arc::clone(&self.registry), &database.url(), at("2026-05-04T09:00:00Z")).await;
        office.put(["bad", "good"].map(|channel| notice_over(channel, "pam@x.test"))).await;
        let (deliveries, ()) = tokio::join!(office.deliver(), self.neighbour_answers());
        let of = |channel: &str| {
            let mut all = deliveries.iter();
            all.find(|delivery| delivery.notification.channel == channel).expect("an attempt")
        };
        assert_eq!((of("good").outcome, of("good").detail.as_str()), ("rejected", "nobody here is pam@x.test"));
        let bad = of("bad");
        assert_eq!(bad.outcome, "retry", "{bad:?}");
        let told = bad.detail.split_once(&format!("): {kind}: ")).map(|(_, text)| text);
        let text = told.unwrap_or_else(|| panic!("{plugin} is no {kind}: {bad:?}"));
        assert!(text.contains(row.text), "{plugin}: {text:?} does not say {:?}", row.text);
        text.to_owned()
    }
}
