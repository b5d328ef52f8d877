//! A loaded channel.

use std::sync::{Arc, OnceLock};

use tracing::Instrument;
use wasmtime::component::Resource;

use super::{
    Channel, Ways,
    bindings::channel::ChannelPre,
    call::Caller,
    guest::{Guest, MailWay, Message, outcome_from_guest},
};
use crate::model::{Fault, Manifest, Notification, Outcome, Sent};

/// A channel with its pre-linked instance.
pub(super) struct LoadedChannel {
    pub(super) caller: Caller,
    pub(super) manifest: Manifest,
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
        let wall = self.caller.limits.channel_wall;
        let message = Message { notification: Arc::clone(&notification), parameters: ways.parameters.to_string() };
        // What the guest logs is about this notification.
        let span = tracing::info_span!("send", notification = notification.id.as_str());
        let mailed = Arc::new(OnceLock::new());
        let mail = ways.mailer.map(|mailer| MailWay { mailer, notification, outcome: Arc::clone(&mailed) });
        let answer = self
            .caller
            .call(wall, mail, async |store| {
                let instance = self.pre.instantiate_async(&mut *store).await?;
                let own = store.data_mut().table.push(message)?;
                let borrowed = Resource::new_borrow(own.rep());
                instance.nudged_plugin_delivery().call_send(&mut *store, borrowed).await
            })
            .instrument(span.clone())
            .await;
        let _about = span.enter();
        let outcome = match (mailed.get(), answer) {
            // Sent is sent, and refused is refused: a guest that fails afterwards, or says otherwise, must not have it
            // sent again.
            (Some(known @ (Outcome::Delivered(_) | Outcome::Rejected(_))), answer) => {
                if let Err(fault) = answer {
                    tracing::error!(%fault, "a channel failed after the relay had answered");
                }
                Ok(known.clone())
            }
            (_, answer) => answer.map(outcome_from_guest),
        }?;
        Ok(Sent { outcome, receipt: None })
    }
}
