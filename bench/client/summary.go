package main

import (
	"math"
	"slices"
	"time"
)

// A summary is what is told of a task; of processes there are no latencies.
type summary struct {
	Count     int     `json:"count"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"perSecond"`
	P50       float64 `json:"p50,omitempty"`
	P99       float64 `json:"p99,omitempty"`
	P999      float64 `json:"p999,omitempty"`
	Max       float64 `json:"max,omitempty"`
}

func summarize(took []time.Duration, length time.Duration) summary {
	slices.Sort(took)
	at := func(part float64) float64 {
		if len(took) == 0 {
			return 0
		}
		rank := int(math.Ceil(part*float64(len(took)))) - 1
		return float64(took[max(rank, 0)].Nanoseconds()) / 1e3
	}
	return summary{
		Count:     len(took),
		Seconds:   length.Seconds(),
		PerSecond: float64(len(took)) / length.Seconds(),
		P50:       at(0.5),
		P99:       at(0.99),
		P999:      at(0.999),
		Max:       at(1),
	}
}
