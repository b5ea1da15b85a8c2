//! `toend network …`: what its file says, and what the ledger says.

use toend_client::{CardSource, network};

use super::{client, print, print_json};
use crate::args::Arguments;
use crate::failure::Failure;
use crate::output::{network as page, offices};

/// Shows the network file.
pub async fn show(arguments: &Arguments, json: bool) -> Result<u8, Failure> {
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

/// Asks the ledger who runs it, and shows what is proven.
pub async fn offices(arguments: &Arguments, json: bool) -> Result<u8, Failure> {
    let client = client(arguments, CardSource::DemoOnly).await?;
    let answer = async {
        client.ready().await?;
        client.offices().await
    };
    let answer = answer.await;
    client.shutdown().await;
    let answer = answer?;
    if json {
        print_json(&answer)?;
    } else {
        print(&offices::page(arguments.language(), &answer))?;
    }
    Ok(0)
}
