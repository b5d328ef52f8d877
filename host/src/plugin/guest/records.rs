//! Interface `records`.

use wasmtime::{Result, component::Resource};

use super::{Batch, Guest, epoch_day, millis};
use crate::{
    model::{Item, Record},
    plugin::bindings::record_strategy::nudged::plugin::records,
};

impl Guest {
    fn record(&self, batch: &Resource<Batch>, index: u32) -> Result<&Record> {
        self.item_of(batch, index, "record", Item::record)
    }
}

impl records::Host for Guest {}

impl records::HostRecordBatch for Guest {
    fn len(&mut self, batch: Resource<Batch>) -> Result<u32> {
        self.batch_len(&batch)
    }

    fn id(&mut self, batch: Resource<Batch>, row: u32) -> Result<String> {
        Ok(self.record(&batch, row)?.id.clone())
    }

    fn source(&mut self, batch: Resource<Batch>, row: u32) -> Result<String> {
        Ok(self.record(&batch, row)?.source.clone())
    }

    fn column(&mut self, batch: Resource<Batch>, row: u32, name: String) -> Result<Option<String>> {
        Ok(self.record(&batch, row)?.column(&name).map(str::to_owned))
    }

    fn columns(&mut self, batch: Resource<Batch>, row: u32) -> Result<Vec<(String, String)>> {
        Ok(self.record(&batch, row)?.columns.clone())
    }

    fn instant(&mut self, batch: Resource<Batch>, row: u32, name: String) -> Result<Option<i64>> {
        Ok(self.record(&batch, row)?.instant(&name).map(millis))
    }

    fn day(&mut self, batch: Resource<Batch>, row: u32, name: String) -> Result<Option<i32>> {
        Ok(self.record(&batch, row)?.day(&name).map(epoch_day))
    }

    fn drop(&mut self, batch: Resource<Batch>) -> Result<()> {
        self.table.delete(batch)?;
        Ok(())
    }
}
