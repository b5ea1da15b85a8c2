//! An engine that talks to the application as CometBFT does, and says what it likes.

use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use prost::Message as _;
use tendermint_proto::google::protobuf::Timestamp;
use tendermint_proto::v0_38::abci::{
    Request, RequestCheckTx, RequestCommit, RequestFinalizeBlock, RequestPrepareProposal,
    RequestProcessProposal, Response, ResponseFinalizeBlock, request, response,
    response_process_proposal::ProposalStatus,
};
use toend_ledger::genesis::demo;
use toend_node::abci::server::{self, Listener};
use toend_node::abci::snapshots::Schedule;
use toend_node::abci::{Application, ApplicationError, frame};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

/// No snapshots.
pub const SCHEDULE: Schedule = Schedule { every: 0, keep: 1 };
/// Header time of height 0 in seconds.
pub const START: i64 = 1_793_500_000;

/// What an engine is to the application: one connection, requests of its own making.
pub struct Engine {
    stream: TcpStream,
    /// Why the application ended.
    pub failure: mpsc::Receiver<ApplicationError>,
    application: Weak<Application>,
    stop: watch::Sender<bool>,
}

impl Engine {
    pub async fn start(folder: &Path, rules: u64) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let listener = Listener::Tcp(socket);
        let application =
            Application::open_knowing(&demo::genesis_bytes(), folder, SCHEDULE, rules).unwrap();
        let application = Arc::new(application);
        let known = Arc::downgrade(&application);
        let (failed, failure) = mpsc::channel(1);
        let (stop, stopping) = watch::channel(false);
        tokio::spawn(server::serve(listener, application, failed, stopping));
        Self {
            stream: TcpStream::connect(address).await.unwrap(),
            failure,
            application: known,
            stop,
        }
    }

    /// Ends it, and waits until the application has left its folder.
    pub async fn end(self) {
        self.stop.send_replace(true);
        drop(self.stream);
        while self.application.strong_count() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub async fn ask(&mut self, value: request::Value) -> response::Value {
        let bytes = Request { value: Some(value) }.encode_to_vec();
        frame::write(&mut self.stream, &bytes).await.unwrap();
        let bytes = frame::read(&mut self.stream).await.unwrap().unwrap();
        Response::decode(bytes.as_slice()).unwrap().value.unwrap()
    }

    pub async fn check(&mut self, tx: &[u8]) -> u32 {
        let asked = RequestCheckTx {
            tx: tx.to_vec().into(),
            r#type: 0,
        };
        match self.ask(request::Value::CheckTx(asked)).await {
            response::Value::CheckTx(answer) => answer.code,
            other => panic!("{other:?}"),
        }
    }

    pub async fn process(&mut self, height: i64, txs: &[Vec<u8>]) -> ProposalStatus {
        let asked = RequestProcessProposal {
            txs: txs.iter().map(|tx| tx.clone().into()).collect(),
            height,
            ..RequestProcessProposal::default()
        };
        match self.ask(request::Value::ProcessProposal(asked)).await {
            response::Value::ProcessProposal(answer) => answer.status(),
            other => panic!("{other:?}"),
        }
    }

    pub async fn prepare(&mut self, height: i64, tx: &[u8]) -> usize {
        let asked = RequestPrepareProposal {
            max_tx_bytes: 4 << 20,
            txs: vec![tx.to_vec().into()],
            height,
            ..RequestPrepareProposal::default()
        };
        match self.ask(request::Value::PrepareProposal(asked)).await {
            response::Value::PrepareProposal(answer) => answer.txs.len(),
            other => panic!("{other:?}"),
        }
    }

    pub async fn finalize(&mut self, block: RequestFinalizeBlock) -> ResponseFinalizeBlock {
        match self.ask(request::Value::FinalizeBlock(block)).await {
            response::Value::FinalizeBlock(answer) => answer,
            other => panic!("{other:?}"),
        }
    }

    /// A block that the engine decided: executed and committed.
    pub async fn decide(&mut self, block: RequestFinalizeBlock) -> ResponseFinalizeBlock {
        let done = self.finalize(block).await;
        let committed = self.ask(request::Value::Commit(RequestCommit {})).await;
        assert!(matches!(committed, response::Value::Commit(_)));
        done
    }
}

pub fn block(height: i64, txs: &[Vec<u8>]) -> RequestFinalizeBlock {
    RequestFinalizeBlock {
        txs: txs.iter().map(|tx| tx.clone().into()).collect(),
        hash: vec![height.to_be_bytes()[7]; 32].into(),
        height,
        time: Some(time(height)),
        ..RequestFinalizeBlock::default()
    }
}

pub const fn time(height: i64) -> Timestamp {
    Timestamp {
        seconds: START + height,
        nanos: 0,
    }
}
