//! Interface `shares`.

use wasmtime::{Result, bail, component::Resource};

use super::{Batch, Guest, epoch_day, millis};
use crate::{
    model::{Item, Share, ShareItem},
    plugin::bindings::share_strategy::nudged::plugin::shares,
};

impl Guest {
    fn share(&self, batch: &Resource<Batch>, index: u32) -> Result<&Share> {
        self.item_of(batch, index, "share", Item::share)
    }

    fn item(&self, batch: &Resource<Batch>, index: u32, item: u32) -> Result<&ShareItem> {
        let share = self.share(batch, index)?;
        match share.items.get(item as usize) {
            Some(item) => Ok(item),
            None => bail!("item {item} of share {} was asked for, but it has {}", share.uri, share.items.len()),
        }
    }
}

impl shares::Host for Guest {}

/// Getters that read one field of a share.
macro_rules! share_getters {
    ($($getter:ident -> $type:ty = |$share:ident| $value:expr;)*) => {
        $(fn $getter(&mut self, batch: Resource<Batch>, index: u32) -> Result<$type> {
            let $share = self.share(&batch, index)?;
            Ok($value)
        })*
    };
}

/// Getters that read one field of a share's item.
macro_rules! item_getters {
    ($($getter:ident -> $type:ty = |$item:ident| $value:expr;)*) => {
        $(fn $getter(&mut self, batch: Resource<Batch>, index: u32, item: u32) -> Result<$type> {
            let $item = self.item(&batch, index, item)?;
            Ok($value)
        })*
    };
}

impl shares::HostShareBatch for Guest {
    fn len(&mut self, batch: Resource<Batch>) -> Result<u32> {
        self.batch_len(&batch)
    }

    share_getters! {
        uri -> String = |share| share.uri.clone();
        status -> String = |share| share.status.clone();
        since -> i64 = |share| millis(share.since);
        owner -> String = |share| share.owner.clone();
        requesters -> String = |share| share.group.clone();
        principal -> String = |share| share.principal.clone();
        principal_type -> String = |share| share.principal_type.clone();
        purpose -> String = |share| share.purpose.clone();
        expiry_day -> Option<i32> = |share| share.expiry_day.map(epoch_day);
        expires -> Option<i64> = |share| share.expires.map(millis);
        extension_asked -> bool = |share| share.extension_asked;
        extension_reason -> String = |share| share.extension_reason.clone();
        requested_expiry_day -> Option<i32> = |share| share.requested_expiry_day.map(epoch_day);
        reject_purpose -> String = |share| share.reject_purpose.clone();
        non_expirable -> bool = |share| share.non_expirable;
        dataset_uri -> String = |share| share.dataset_uri.clone();
        dataset_label -> String = |share| share.dataset_label.clone();
        confidentiality -> String = |share| share.confidentiality.clone();
        expiry_setting -> String = |share| share.expiry_setting.clone();
        expiry_min_duration -> Option<u32> = |share| share.expiry_min;
        expiry_max_duration -> Option<u32> = |share| share.expiry_max;
        producers -> String = |share| share.producers.clone().unwrap_or_default();
        stewards -> String = |share| share.stewards.clone().unwrap_or_default();
        environment_uri -> String = |share| share.environment_uri.clone();
        environment_label -> String = |share| share.environment_label.clone();
        item_count -> u32 = |share| u32::try_from(share.items.len())?;
    }

    item_getters! {
        item_uri -> String = |item| item.uri.clone();
        item_name -> String = |item| item.name.clone();
        item_type -> String = |item| item.kind.clone();
        item_status -> String = |item| item.status.clone();
        item_health -> String = |item| item.health.clone();
        item_health_message -> String = |item| item.health_message.clone();
        item_touched -> Option<i64> = |item| item.touched.map(millis);
        item_verified -> Option<i64> = |item| item.verified.map(millis);
    }

    fn drop(&mut self, batch: Resource<Batch>) -> Result<()> {
        self.table.delete(batch)?;
        Ok(())
    }
}
