// Command measure runs another command and writes on file descriptor 3, as JSON, what it took.
//
//	measure COMMAND [ARGUMENT...]
//
// It is a program of its own because Node tells the peak memory of itself but not of its children,
// and it is a small one because on Linux a child's peak begins with that of its parent.
package main

import (
	"encoding/json"
	"log"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

type result struct {
	WallMs       float64 `json:"wallMs"`
	CPUMs        float64 `json:"cpuMs"`
	PeakRSSBytes int64   `json:"peakRssBytes"`
}

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: measure COMMAND [ARGUMENT...]")
	}
	command := exec.Command(os.Args[1], os.Args[2:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	begin := time.Now()
	err := command.Run()
	wall := time.Since(begin)
	state := command.ProcessState
	if state == nil {
		log.Fatal(err)
	}
	usage := state.SysUsage().(*syscall.Rusage)
	measured := result{
		WallMs:       milliseconds(wall),
		CPUMs:        milliseconds(state.UserTime() + state.SystemTime()),
		PeakRSSBytes: int64(usage.Maxrss),
	}
	// getrusage(2): kilobytes, but bytes on macOS.
	if runtime.GOOS != "darwin" {
		measured.PeakRSSBytes *= 1024
	}
	if err := json.NewEncoder(os.NewFile(3, "result")).Encode(measured); err != nil {
		log.Fatal(err)
	}
	os.Exit(state.ExitCode())
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration.Microseconds()) / 1000
}
