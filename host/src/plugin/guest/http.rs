//! Interface `http`.

use wasmtime::{Result, component::Resource};

use super::Guest;
use crate::{
    net::{HttpRequest, HttpResponse},
    plugin::bindings::channel::nudged::plugin::http,
};

/// A request that a guest is making.
#[allow(unreachable_pub)] // the generated bindings export it again
pub struct Request(HttpRequest);

/// An answer that a guest is reading.
#[allow(unreachable_pub)] // the generated bindings export it again
pub struct Response(HttpResponse);

impl http::Host for Guest {}

impl http::HostRequest for Guest {
    fn new(&mut self, _method: String, _url: String) -> Result<Resource<Request>> {
        self.deny("http, which nobody grants yet")
    }

    fn header(&mut self, request: Resource<Request>, _name: String, _value: String) -> Result<()> {
        self.table.get(&request).map(|_| ()).map_err(Into::into)
    }

    fn secret_header(&mut self, request: Resource<Request>, _: String, _: String, _: String) -> Result<()> {
        self.table.get(&request).map(|_| ()).map_err(Into::into)
    }

    fn body(&mut self, request: Resource<Request>, bytes: Vec<u8>) -> Result<()> {
        self.table.get_mut(&request)?.0.body = bytes;
        Ok(())
    }

    fn sign(&mut self, request: Resource<Request>, secrets: Vec<String>) -> Result<()> {
        self.table.get_mut(&request)?.0.signed_with = secrets;
        Ok(())
    }

    async fn send(&mut self, _request: Resource<Request>) -> Result<Result<Resource<Response>, http::Failure>> {
        self.deny("http, which nobody grants yet")
    }

    fn drop(&mut self, request: Resource<Request>) -> Result<()> {
        self.table.delete(request)?;
        Ok(())
    }
}

impl http::HostResponse for Guest {
    fn status(&mut self, response: Resource<Response>) -> Result<u16> {
        Ok(self.table.get(&response)?.0.status)
    }

    fn header(&mut self, response: Resource<Response>, name: String) -> Result<Option<String>> {
        let name = name.to_ascii_lowercase();
        let headers = &self.table.get(&response)?.0.headers;
        Ok(headers.iter().find(|(one, _)| *one == name).map(|(_, value)| value.clone()))
    }

    fn retry_after(&mut self, response: Resource<Response>) -> Result<Option<u32>> {
        let after = self.table.get(&response)?.0.retry_after;
        Ok(after.map(|wait| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX)))
    }

    fn body(&mut self, response: Resource<Response>) -> Result<Vec<u8>> {
        Ok(self.table.get(&response)?.0.body.clone())
    }

    fn drop(&mut self, response: Resource<Response>) -> Result<()> {
        self.table.delete(response)?;
        Ok(())
    }
}
