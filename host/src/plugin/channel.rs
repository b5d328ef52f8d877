//! A loaded channel.

use std::sync::Arc;

use tracing::Instrument;
use wasmtime::{Store, component::Resource};

use super::{
    Asked, Channel, Lending, Ways,
    bindings::channel::ChannelPre,
    call::Caller,
    guest::{About, Guest, HttpWay, InboxWay, Lent, MailWay, Message, Trace, outcome_from_guest},
};
use crate::model::{Fault, FaultKind, Manifest, Notification, Outcome, Sent};

/// A channel with its pre-linked instance.
#[derive(Clone)]
pub(super) struct LoadedChannel {
    pub(super) caller: Caller,
    manifest: Manifest,
    asked: Asked,
    pub(super) pre: ChannelPre<Guest>,
}

#[async_trait::async_trait]
impl Channel for LoadedChannel {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn generation(&self) -> String {
        format!("{}@{}", self.caller.plugin, self.caller.digest)
    }

    async fn send(&self, notification: Arc<Notification>, ways: Ways) -> Result<Sent, Fault> {
        let pinned = ways.grants.pinned(&self.asked, &self.caller.digest);
        pinned.map_err(|why| self.caller.fault(FaultKind::Denied, format!("this version {why}")))?;
        let lending = ways.grants.lends(&self.asked, &self.caller.digest);
        self.send_within(&lending, notification, ways).await
    }
}

impl LoadedChannel {
    /// The manifest is one that was admitted; of another, nothing that it asks for is lent.
    pub(super) fn new(caller: Caller, manifest: Manifest, pre: ChannelPre<Guest>) -> Self {
        Self { caller, asked: Asked::of(&manifest).unwrap_or_default(), manifest, pre }
    }

    /// Sends with all that the manifest asks for, granted or not: for ways that lead nowhere.
    pub(super) async fn rehearse(&self, notification: Arc<Notification>, ways: Ways) -> Result<Sent, Fault> {
        self.send_within(&Lending::all(&self.asked), notification, ways).await
    }

    async fn send_within(&self, lending: &Lending, notification: Arc<Notification>, ways: Ways) -> Result<Sent, Fault> {
        let wall = self.caller.limits.channel_wall;
        let trace = Arc::new(Trace::default());
        let lent = lend(lending, &notification, &ways, &trace);
        // What the guest logs is about this notification.
        let span = tracing::info_span!("send", notification = notification.id.as_str());
        let message = Message {
            notification,
            parameters: ways.parameters.to_string(),
            templates: ways.templates,
            unsubscribe: ways.unsubscribe,
        };
        let body = async |store: &mut Store<Guest>| {
            let instance = self.pre.instantiate_async(&mut *store).await?;
            let own = store.data_mut().table.push(message)?;
            let borrowed = Resource::new_borrow(own.rep());
            instance.nudged_plugin_delivery().call_send(&mut *store, borrowed).await
        };
        let judge = |answer: Result<_, Fault>| self.judge(answer.map(outcome_from_guest), &trace);
        let outcome = self.caller.call_and_judge(wall, lent, body, judge).instrument(span).await?;
        Ok(Sent { outcome: trace.annotated(outcome), receipt: trace.receipt() })
    }

    /// The guest's answer, unless what the other side has said already counts for more: sent is sent, and refused is
    /// refused. A guest that fails afterwards, or says otherwise, must not have it sent again.
    fn judge(&self, answer: Result<Outcome, Fault>, trace: &Trace) -> Result<Outcome, Fault> {
        match (trace.settled(), trace.taken(), answer) {
            (Some(known), _, answer) => {
                if let Err(fault) = answer {
                    tracing::error!(%fault, "a channel failed after the other side had answered");
                }
                Ok(known.clone())
            }
            (None, Some(taken), Err(fault)) => {
                let detail = format!("the other side had taken it ({taken}), then: {}: {}", fault.kind, fault.detail);
                Err(self.caller.fault(FaultKind::AfterAnswer, detail))
            }
            // The guest cannot tell a server that is gone from one that said "later"; the host can.
            (None, _, Ok(Outcome::Retry { detail, after: None })) if trace.is_unreachable() => {
                Ok(Outcome::Unreachable(detail))
            }
            (None, _, answer) => answer,
        }
    }
}

/// What a call may use: of the channel's ways, no more than it is lent.
fn lend(lending: &Lending, notification: &Arc<Notification>, ways: &Ways, trace: &Arc<Trace>) -> Lent {
    let mail = ways.mailer.clone().filter(|_| lending.interface("mail"));
    let inbox = ways.inbox.clone().filter(|_| lending.interface("inbox"));
    let http = ways.http.clone().filter(|_| lending.interface("http"));
    Lent {
        now: notification.decided,
        about: About::Notification(notification.id.clone()),
        mail: mail.map(|mailer| MailWay { mailer, notification: Arc::clone(notification) }),
        inbox: inbox.map(|inbox| InboxWay { inbox, notification: Arc::clone(notification) }),
        http: http.map(|sender| HttpWay::new(sender, notification.id.clone(), lending.bounds())),
        trace: Arc::clone(trace),
    }
}
