//! `toend network show`.

use toend_client::{CardSource, network};

use super::{client, print, print_json};
use crate::args::Arguments;
use crate::failure::Failure;
use crate::output::network as page;

/// Shows the network file.
pub async fn run(arguments: &Arguments, json: bool) -> Result<u8, Failure> {
    let file = if let Some(path) = &arguments.network {
        network::decode(&std::fs::read(path).map_err(|problem| Failure::file(path, &problem))?)?
    } else {
        let client = client(arguments, CardSource::DemoOnly).await?;
        let file = client.network().clone();
        client.shutdown().await;
        file
    };
    if json {
        print_json(&file)?;
    } else {
        print(&page::page(arguments.language(), &file))?;
    }
    Ok(0)
}
