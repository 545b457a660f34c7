package main

import (
	"encoding/json"
	"fmt"
	"os"
	"sync/atomic"
	"time"
)

var noParams = []byte(`{}`)

// Requests keeps a number of requests in flight until the time is over and all are answered.
func (s *session) requests(method string, inFlight int, length time.Duration) (summary, error) {
	sent := make(map[int64]time.Time, inFlight)
	var took []time.Duration
	began := time.Now()
	begin := func() error {
		now := time.Now()
		id, err := s.ask(method, noParams)
		sent[id] = now
		return err
	}
	for range inFlight {
		if err := begin(); err != nil {
			return summary{}, err
		}
	}
	for len(sent) > 0 {
		answer, err := s.receive()
		if err != nil {
			return summary{}, err
		}
		asked, ok := sent[answer.ID]
		if !ok {
			continue
		}
		delete(sent, answer.ID)
		took = append(took, time.Since(asked))
		if time.Since(began) >= length {
			continue
		}
		if err := begin(); err != nil {
			return summary{}, err
		}
	}
	return summarize(took, time.Since(began)), nil
}

// How many requests may be unanswered: with a thousand, codex exec-server 0.169.0 answers none any more.
const mostUnanswered = 128

// Steady sends so many requests a second, evenly, whether or not those before are answered. Where too many
// aren't, a request waits, and its latency is counted from the moment at which it was due.
func (s *session) steady(method string, rate int, length time.Duration) (summary, error) {
	count := int64(rate) * length.Milliseconds() / 1000
	interval := time.Second / time.Duration(rate)
	first := s.lastID + 1
	sent := make([]atomic.Int64, count)
	began := time.Now()
	failed := make(chan error, 1)
	unanswered := make(chan struct{}, mostUnanswered)
	go func() {
		for index := range count {
			pauseUntil(began.Add(time.Duration(index) * interval))
			sent[index].Store(int64(time.Since(began)))
			unanswered <- struct{}{}
			if _, err := s.ask(method, noParams); err != nil {
				failed <- err
				return
			}
		}
		failed <- nil
	}()
	took := make([]time.Duration, 0, count)
	for int64(len(took)) < count {
		answer, err := s.receive()
		if err != nil {
			return summary{}, err
		}
		if index := answer.ID - first; index >= 0 && index < count {
			took = append(took, time.Since(began)-time.Duration(sent[index].Load()))
			<-unanswered
		}
	}
	return summarize(took, time.Since(began)), <-failed
}

// Processes keeps a number of processes running until the time is over and all have been reaped.
func (s *session) processes(argv []string, running int, length time.Duration) (summary, error) {
	began := time.Now()
	open, done := 0, 0
	begin := func() error {
		open++
		params, err := json.Marshal(map[string]any{
			"processId": fmt.Sprintf("bench-%d-%d", began.UnixNano(), open+done),
			"argv":      argv,
			"cwd":       "file:///tmp",
			"env":       map[string]string{"PATH": os.Getenv("PATH")},
			"tty":       false,
			"pipeStdin": false,
			"arg0":      nil,
		})
		if err != nil {
			return err
		}
		_, err = s.ask("process/start", params)
		return err
	}
	for range running {
		if err := begin(); err != nil {
			return summary{}, err
		}
	}
	for open > 0 {
		answer, err := s.receive()
		if err != nil {
			return summary{}, err
		}
		if answer.Method != "process/closed" {
			continue
		}
		open--
		done++
		if time.Since(began) >= length {
			continue
		}
		if err := begin(); err != nil {
			return summary{}, err
		}
	}
	seconds := time.Since(began).Seconds()
	return summary{Count: done, Seconds: seconds, PerSecond: float64(done) / seconds}, nil
}
