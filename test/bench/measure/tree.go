package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const lookEvery = 25 * time.Millisecond

// tree is what a process and its descendants held at one moment.
type tree struct {
	rssBytes  int64
	processes int
}

// treeWatch looks at a tree of processes until it is told to end.
type treeWatch struct {
	stop chan struct{}
	peak chan tree
}

func watchTree(root int) treeWatch {
	watch := treeWatch{stop: make(chan struct{}), peak: make(chan tree)}
	go func() {
		var peak tree
		ticker := time.NewTicker(lookEvery)
		defer ticker.Stop()
		for {
			select {
			case <-watch.stop:
				watch.peak <- peak
				return
			case <-ticker.C:
				now := lookAt(root)
				peak.rssBytes = max(peak.rssBytes, now.rssBytes)
				peak.processes = max(peak.processes, now.processes)
			}
		}
	}()
	return watch
}

func (watch treeWatch) end() tree {
	close(watch.stop)
	return <-watch.peak
}

// lookAt adds up a process and its descendants; memory that they share counts for each of them.
// Linux only: elsewhere, and for a process that has just gone, it finds nothing.
func lookAt(process int) tree {
	fields := strings.Fields(read(fmt.Sprintf("/proc/%d/statm", process)))
	if len(fields) < 2 {
		return tree{}
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	sum := tree{rssBytes: pages * int64(os.Getpagesize()), processes: 1}
	threads, _ := os.ReadDir(fmt.Sprintf("/proc/%d/task", process))
	for _, thread := range threads {
		children := read(fmt.Sprintf("/proc/%d/task/%s/children", process, thread.Name()))
		for _, child := range strings.Fields(children) {
			if id, err := strconv.Atoi(child); err == nil {
				of := lookAt(id)
				sum.rssBytes += of.rssBytes
				sum.processes += of.processes
			}
		}
	}
	return sum
}

func read(path string) string {
	text, _ := os.ReadFile(path)
	return string(text)
}
