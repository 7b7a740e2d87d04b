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
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

type result struct {
	WallMs float64 `json:"wallMs"`
	CPUMs  float64 `json:"cpuMs"`
	// Of the process and all that it started, together.
	PeakRSSBytes int64 `json:"peakRssBytes"`
	// The most that ran at one time; 0 where the system does not tell.
	Processes int `json:"processes"`
}

func main() {
	if len(os.Args) < 2 {
		log.Fatal("usage: measure COMMAND [ARGUMENT...]")
	}
	command := exec.Command(os.Args[1], os.Args[2:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	begin := time.Now()
	if err := command.Start(); err != nil {
		log.Fatal(err)
	}
	passOnInterruptions(command.Process)
	watch := watchTree(command.Process.Pid)
	_ = command.Wait()
	wall := time.Since(begin)
	seen := watch.end()
	state := command.ProcessState
	usage := state.SysUsage().(*syscall.Rusage)
	measured := result{
		WallMs:       milliseconds(wall),
		CPUMs:        milliseconds(state.UserTime() + state.SystemTime()),
		PeakRSSBytes: max(largest(usage), seen.rssBytes),
		Processes:    seen.processes,
	}
	if err := json.NewEncoder(os.NewFile(3, "result")).Encode(measured); err != nil {
		log.Fatal(err)
	}
	os.Exit(state.ExitCode())
}

// passOnInterruptions lets the command end when this program is told to, which then ends as well.
func passOnInterruptions(process *os.Process) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	go func() {
		for one := range signals {
			_ = process.Signal(one)
		}
	}()
}

// largest is the peak of the largest process: exact, where the sum over the tree is only looked at
// now and then.
func largest(usage *syscall.Rusage) int64 {
	// getrusage(2): kilobytes, but bytes on macOS.
	if runtime.GOOS == "darwin" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) * 1024
}

func milliseconds(duration time.Duration) float64 {
	return float64(duration.Microseconds()) / 1000
}
