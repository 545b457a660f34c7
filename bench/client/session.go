package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strconv"

	"github.com/coder/websocket"
)

// What every request carries, so that its trace has a parent.
const trace = `,"trace":{"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}}`

// A session is one connection, initialized.
type session struct {
	conn   *websocket.Conn
	lastID int64
	line   []byte
}

// A reply is a response, or a notification, which has no id.
type reply struct {
	ID     int64  `json:"id"`
	Method string `json:"method"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

func connect(url string) (*session, error) {
	conn, _, err := websocket.Dial(context.Background(), url, nil)
	if err != nil {
		return nil, err
	}
	conn.SetReadLimit(-1)
	s := &session{conn: conn}
	if _, err := s.ask("initialize", []byte(`{"clientName":"bench"}`)); err != nil {
		return nil, err
	}
	if _, err := s.receive(); err != nil {
		return nil, err
	}
	return s, s.send([]byte(`{"method":"initialized","params":{}}`))
}

// Ask sends a request and returns its id.
func (s *session) ask(method string, params []byte) (int64, error) {
	s.lastID++
	s.line = append(s.line[:0], `{"id":`...)
	s.line = strconv.AppendInt(s.line, s.lastID, 10)
	s.line = append(s.line, `,"method":`...)
	s.line = strconv.AppendQuote(s.line, method)
	s.line = append(s.line, `,"params":`...)
	s.line = append(s.line, params...)
	s.line = append(s.line, trace...)
	return s.lastID, s.send(s.line)
}

func (s *session) send(line []byte) error {
	return s.conn.Write(context.Background(), websocket.MessageText, line)
}

// Receive waits for the next reply; one that is an error is an error.
func (s *session) receive() (reply, error) {
	_, line, err := s.conn.Read(context.Background())
	if err != nil {
		return reply{}, err
	}
	if id, ok := resultID(line); ok {
		return reply{ID: id}, nil
	}
	var decoded reply
	if err := json.Unmarshal(line, &decoded); err != nil {
		return reply{}, err
	}
	if decoded.Error != nil {
		return reply{}, errors.New(decoded.Error.Message)
	}
	return decoded, nil
}

// ResultID reads the id of a result without decoding what it holds, which would take longer than all else.
func resultID(line []byte) (int64, bool) {
	rest, ok := bytes.CutPrefix(line, []byte(`{"id":`))
	if !ok {
		return 0, false
	}
	digits, rest, ok := bytes.Cut(rest, []byte(`,`))
	if !ok || !bytes.HasPrefix(rest, []byte(`"result":`)) {
		return 0, false
	}
	id, err := strconv.ParseInt(string(digits), 10, 64)
	return id, err == nil
}

// Close says goodbye; a server that has no answer to that is as gone as it should be.
func (s *session) close() {
	_ = s.conn.Close(websocket.StatusNormalClosure, "")
}

// Abandon makes whoever waits for a reply fail.
func (s *session) abandon() {
	_ = s.conn.CloseNow()
}
