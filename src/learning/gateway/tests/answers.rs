//! Answers that are none: refusals, redirects, broken, endless and slow ones, and those over TLS.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use ureq::tls::Certificate;

use super::*;

/// Reads a request and leaves the rest of the talk to `answer`, connection after connection.
fn raw(answer: impl Fn(&mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            read_request(&mut stream);
            answer(&mut stream);
        }
    });
    url
}

fn read_request(stream: impl Read) {
    let mut lines = BufReader::new(stream).lines();
    lines.find(|line| line.as_ref().is_ok_and(String::is_empty));
}

/// Writes for as long as anybody listens.
fn write(stream: &mut TcpStream, text: &str) -> bool {
    stream.write_all(text.as_bytes()).is_ok()
}

/// What a gateway says that gets these answers within `limit`.
fn said(url: &str, limit: Duration) -> String {
    let mut gateway = Gateway::new(&address(url), limit).unwrap();
    gateway.max_body = 1 << 20;
    gateway.get("summary").unwrap_err().to_string()
}

const PATIENT: Duration = Duration::from_secs(30);

#[test]
fn statuses_are_told_with_what_the_gateway_says() {
    for (head, body, expected) in [
        ("500 Internal Server Error", "", "500 Internal Server Error: no reason given"),
        ("404 Not Found", "<html>", "404 Not Found: it has no learning interface"),
        ("403 Forbidden", "", "403 Forbidden: it wants a token"),
        ("503 Service Unavailable", r#"{"error":"Learning DB not available"}"#, "DB not available"),
        ("204 No Content", "", "204 No Content with nothing in it"),
        ("200 OK", "", "200 OK with nothing in it"),
        ("200 OK", "<html>", "the answer is not JSON: expected a JSON value at byte 0"),
        ("200 OK", "{\"a\":", "the answer is not JSON: unexpected end"),
    ] {
        let url = raw(move |stream| {
            let length = body.len();
            write(stream, &format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n{body}"));
        });
        let said = said(&url, PATIENT);
        assert!(said.starts_with(&url) && said.contains(expected), "{said}");
    }
    let url = raw(|stream| {
        let body = format!("{{\"error\":\"{}\"}}", "long ".repeat(1_000));
        let length = body.len();
        write(stream, &format!("HTTP/1.1 500 X\r\nContent-Length: {length}\r\n\r\n{body}"));
    });
    assert!(said(&url, PATIENT).len() < 400);
}

#[test]
fn redirects_name_their_target_and_are_not_followed() {
    for status in ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"] {
        let url = raw(move |stream| {
            let place = "Location: http://elsewhere.example/x\r\nContent-Length: 0";
            write(stream, &format!("HTTP/1.1 {status}\r\n{place}\r\n\r\n"));
        });
        let said = said(&url, PATIENT);
        assert!(said.contains("it points to http://elsewhere.example/x, which is not"), "{said}");
    }
}

#[test]
fn answers_that_break_off_are_no_answers() {
    let length = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"traceCount\":";
    let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\n";
    for answer in [length, chunked, ""] {
        let url = raw(move |stream| {
            write(stream, answer);
        });
        let said = said(&url, PATIENT);
        assert!(said.contains("broke off before its end"), "{answer:?}: {said}");
    }
    let url = raw(|stream| {
        write(stream, "220 mail.example ESMTP\r\n");
    });
    let said = said(&url, PATIENT);
    assert!(said.contains("does not speak HTTP"), "{said}");
}

#[test]
fn answers_without_an_end_are_given_up() {
    let endless = |head: &'static str, piece: &'static str| {
        raw(move |stream| {
            let mut listens = write(stream, head);
            while listens {
                listens = write(stream, piece);
            }
        })
    };
    let piece: &str = "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[";
    for head in
        ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n"]
    {
        let said = said(&endless(head, piece), PATIENT);
        assert!(said.contains("larger than 1 MB"), "{said}");
    }
    let headers = endless("HTTP/1.1 200 OK\r\n", "X-Name: value\r\n");
    assert!(said(&headers, PATIENT).contains("header"), "{}", said(&headers, PATIENT));
}

#[test]
fn slow_answers_have_a_time_limit() {
    let limit = Duration::from_millis(300);
    let drip = |head: &'static str| {
        raw(move |stream| {
            let mut listens = write(stream, head);
            while listens {
                std::thread::sleep(Duration::from_millis(20));
                // Without a head there is nothing at all.
                listens = head.is_empty() || write(stream, " ");
            }
        })
    };
    // In the body, in the head, and before both.
    for head in ["HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", "HTTP/1.1 200 OK\r\nX: ", ""] {
        let start = Instant::now();
        let said = said(&drip(head), limit);
        assert!(said.contains("no whole answer within 0.3 s"), "{head:?}: {said}");
        assert!(start.elapsed() < Duration::from_secs(20), "{head:?}");
    }
}

#[test]
fn nobody_there_is_said_so() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let free = listener.local_addr().unwrap().to_string();
    drop(listener);
    let refused = said(&free, PATIENT);
    assert!(refused.contains("nobody listens there"), "{refused}");
}

#[test]
fn lists_that_are_none_or_never_end_are_refused_and_short_ones_told() {
    let read = |posteriors: &'static str, page: &'static str| {
        let (url, _told) = serve(move |route| match route {
            "posteriors" => (200, posteriors.to_owned()),
            "summary" => (200, "{}".to_owned()),
            _ => (200, page.to_owned()),
        });
        gateway(&url).read(None, &Cancel::never(), &mut |_| {})
    };
    let refused = |posteriors, page| read(posteriors, page).unwrap_err().to_string();
    assert!(refused("{}", "").contains("posteriors: the answer is no list of posteriors"));
    assert!(refused("[]", "[]").contains("the answer holds no traces"));
    let short = read("[]", r#"{"traces":[],"total":300}"#).unwrap();
    assert_eq!(short.diagnostics[0].message, "The gateway speaks of 300 traces and gave only 0.");
    assert_eq!(read("[]", r#"{"traces":[{"traceId":"t"}],"total":1}"#).unwrap().diagnostics, []);
    let page = format!(r#"{{"traces":[{}0],"total":1e15}}"#, "0,".repeat(MAX_TRACES / 4));
    let endless = refused("[]", page.leak());
    assert!(endless.contains("more than 2000000 traces"), "{endless}");
}

#[test]
fn a_token_in_the_clear_is_among_what_was_odd() {
    let (url, _told) = serve(|route| match route {
        "posteriors" => (200, "[]".to_owned()),
        _ => (200, r#"{"traces":[],"total":0}"#.to_owned()),
    });
    let mut gateway = gateway(&url);
    assert_eq!(gateway.exposure, None);
    let far = Address { url: "http://far.example".into(), token: Token::new("hush") };
    gateway.exposure = far.exposure();
    let read = gateway.read(None, &Cancel::never(), &mut |_| {}).unwrap();
    assert_eq!(read.diagnostics[0].code, "gateway-token-exposed");
}

/// A gateway over TLS on the loopback, with a certificate of the authority of the fixtures.
fn secure(body: &'static str) -> String {
    let folder = "tests/fixtures/tls";
    let chain = CertificateDer::from_pem_file(format!("{folder}/loopback.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(format!("{folder}/loopback.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![chain], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(config.clone()).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream.unwrap());
            read_request(&mut stream);
            let length = body.len();
            // A client that does not trust us has gone.
            let _gone = write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
            stream.conn.send_close_notify();
            let _gone = stream.flush();
        }
    });
    url
}

#[test]
fn https_is_read_where_an_authority_vouches_and_refused_else() {
    let url = secure(r#"{"traceCount":7}"#);
    let authority = std::fs::read("tests/fixtures/tls/authority.pem").unwrap();
    let authority = Certificate::from_pem(&authority).unwrap();
    let roots = RootCerts::from([authority]);
    let named = Address { url: url.clone(), token: Token::new("hush") };
    let gateway = Gateway::trusting(&named, PATIENT, roots).unwrap();
    assert_eq!(gateway.get("summary").unwrap().get("traceCount"), Some(&Value::Number(7.0)));
    assert_eq!(gateway.exposure, None);
    let refused = said(&url, PATIENT);
    assert!(refused.contains("no public authority vouches for it"), "{refused}");
}
