//! A web server of a few lines on the loopback, which stands in for a gateway; also a module of the
//! unit tests that need one.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};

/// Below this path a gateway answers about learning.
const PREFIX: &str = "/__openclaw__/api/learning/";

/// Answers every request with the status and body that `answer` makes of its route below
/// [`PREFIX`]; gives the address, and the request lines with the token that came along.
pub(crate) fn serve(
    answer: impl Fn(&str) -> (u16, String) + Send + 'static,
) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut first = String::new();
            reader.read_line(&mut first).unwrap();
            let (mut header, mut token) = (String::new(), String::new());
            while reader.read_line(&mut header).unwrap() > 2 {
                if header.to_lowercase().starts_with("authorization:") {
                    token = format!(" [{}]", header.trim());
                }
                header.clear();
            }
            let target = first.split(' ').nth(1).unwrap_or_default();
            let (status, body) = answer(target.strip_prefix(PREFIX).unwrap_or("?"));
            // A test that does not listen, and a client that has gone, are no failures. Who has the
            // answer can count on the question.
            let _unheard = tell.send(format!("{}{token}", first.trim()));
            let _gone = write!(
                stream,
                "HTTP/1.1 {status} X\r\nConnection: close\r\nLocation: http://127.0.0.1:1/\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
        }
    });
    (address, told)
}
