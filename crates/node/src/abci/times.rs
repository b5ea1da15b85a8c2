//! How long the application works on the engine's requests, by kind of request.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use tendermint_proto::v0_38::abci::request;

/// Bounds of the histogram in seconds: from a CheckTx to a block of large batches.
const SECONDS: [f64; 12] = [
    0.000_05, 0.000_2, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// Label of one kind of request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Request {
    request: &'static str,
}

/// The times, shared with whoever shows them.
#[derive(Clone, Debug)]
pub struct Times(Family<Request, Histogram, fn() -> Histogram>);

impl Default for Times {
    fn default() -> Self {
        let histogram: fn() -> Histogram = || Histogram::new(SECONDS);
        Self(Family::new_with_constructor(histogram))
    }
}

impl Times {
    /// An answer took so long.
    pub(super) fn note(&self, request: &'static str, took: Duration) {
        self.0
            .get_or_create(&Request { request })
            .observe(took.as_secs_f64());
    }

    /// As a metric.
    pub(crate) fn family(&self) -> Family<Request, Histogram, fn() -> Histogram> {
        self.0.clone()
    }
}

/// What a request is called; none for those that ask the application for nothing.
pub(super) const fn name(request: &request::Value) -> Option<&'static str> {
    use request::Value as Asked;
    Some(match request {
        Asked::CheckTx(asked) if asked.r#type == 1 => "recheck_tx",
        Asked::CheckTx(_) => "check_tx",
        Asked::PrepareProposal(_) => "prepare_proposal",
        Asked::ProcessProposal(_) => "process_proposal",
        Asked::FinalizeBlock(_) => "finalize_block",
        Asked::Commit(_) => "commit",
        Asked::Query(_) => "query",
        Asked::InitChain(_) => "init_chain",
        Asked::ListSnapshots(_) => "list_snapshots",
        Asked::OfferSnapshot(_) => "offer_snapshot",
        Asked::LoadSnapshotChunk(_) => "load_snapshot_chunk",
        Asked::ApplySnapshotChunk(_) => "apply_snapshot_chunk",
        Asked::Echo(_)
        | Asked::Flush(_)
        | Asked::Info(_)
        | Asked::ExtendVote(_)
        | Asked::VerifyVoteExtension(_) => return None,
    })
}
