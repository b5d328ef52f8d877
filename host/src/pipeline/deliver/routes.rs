//! From a channel's name to the plugin that serves it.

use std::{collections::HashMap, sync::Arc};

use crate::{
    model::Fault,
    plugin::{Channel, Pause, Registry, Ways},
};

/// What becomes of a channel's name: the plugin that serves it now, and what it may use.
pub type Route = (Arc<dyn Channel>, Ways);

/// Finds the way for a channel.
pub trait Routes: Send + Sync {
    /// The plugin and the ways out of the channel with this name.
    ///
    /// # Errors
    /// A text for the operator: no such channel, or its plugin is missing.
    fn route(&self, channel: &str) -> Result<Route, String>;

    /// Why the channel's plugin is not called now, if it is not. Its notices wait, and that is no attempt.
    fn paused(&self, _channel: &str) -> Option<Pause> {
        None
    }

    /// What there is instead of the plugin of a channel that is configured, if it is not loaded. Its notices wait until
    /// they are too old, and that is no attempt.
    fn missing(&self, _channel: &str) -> Option<Fault> {
        None
    }
}

/// The configured channels over the registry's plugins.
pub struct ChannelRoutes {
    /// Which plugin serves what.
    pub registry: Arc<Registry>,
    /// By channel name: the plugin's name and what the channel may use.
    pub channels: HashMap<String, (String, Ways)>,
}

impl Routes for ChannelRoutes {
    fn route(&self, channel: &str) -> Result<Route, String> {
        let (plugin, ways) = self.channels.get(channel).ok_or_else(|| {
            format!(
                "the channel {channel} is not in the configuration any more: add it under `channels` or drop the notice"
            )
        })?;
        let plugin = self.registry.channel(plugin).map_err(|fault| fault.to_string())?;
        Ok((plugin, ways.clone()))
    }

    fn paused(&self, channel: &str) -> Option<Pause> {
        let (plugin, _) = self.channels.get(channel)?;
        self.registry.paused(plugin)
    }

    fn missing(&self, channel: &str) -> Option<Fault> {
        let (plugin, _) = self.channels.get(channel)?;
        self.registry.channel(plugin).err()
    }
}
