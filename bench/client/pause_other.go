//go:build !linux

package main

import "time"

func pauseUntil(due time.Time) {
	time.Sleep(time.Until(due))
}
