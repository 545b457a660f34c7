// Client keeps an exec server busy over one connection. It is compiled, so that what is measured is the
// server.
//
//	echo '{"do":"requests","inFlight":64,"millis":1000}' | client ws://127.0.0.1:8080
//
// It does what each line of its stdin says, one after the other, and answers each with a line of JSON:
// times are microseconds.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// A task is a line of stdin.
type task struct {
	// Requests (a number of them in flight), steady (so many a second) or processes.
	Do       string   `json:"do"`
	Method   string   `json:"method"`
	Argv     []string `json:"argv"`
	InFlight int      `json:"inFlight"`
	Rate     int      `json:"rate"`
	Millis   int      `json:"millis"`
}

// How long what was asked may still take once the time is over.
const patience = 20 * time.Second

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("usage: client ws://HOST:PORT")
	}
	session, err := connect(args[0])
	if err != nil {
		return err
	}
	tasks := json.NewDecoder(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		given := task{Method: "environment/info", Argv: []string{"true"}, InFlight: 1, Millis: 1000}
		if err := tasks.Decode(&given); err != nil {
			if errors.Is(err, io.EOF) {
				session.close()
				return nil
			}
			return err
		}
		answer, err := session.do(given)
		if err != nil {
			return err
		}
		if err := answers.Encode(answer); err != nil {
			return err
		}
	}
}

func (s *session) do(given task) (summary, error) {
	length := time.Duration(given.Millis) * time.Millisecond
	defer time.AfterFunc(length+patience, s.abandon).Stop()
	switch given.Do {
	case "requests":
		return s.requests(given.Method, given.InFlight, length)
	case "steady":
		return s.steady(given.Method, given.Rate, length)
	case "processes":
		return s.processes(given.Argv, given.InFlight, length)
	}
	return summary{}, fmt.Errorf("nothing is called %q", given.Do)
}
