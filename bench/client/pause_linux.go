package main

import (
	"syscall"
	"time"
)

// PauseUntil sleeps by the system's own clock: on Linux, Go's timers wait in whole milliseconds
// (golang/go#53824).
func pauseUntil(due time.Time) {
	left := time.Until(due)
	if left <= 0 {
		return
	}
	wanted := syscall.NsecToTimespec(left.Nanoseconds())
	_ = syscall.Nanosleep(&wanted, nil)
}
