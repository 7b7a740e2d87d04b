// Package lifeline ties a server of the bed to the process that started it.
package lifeline

import (
	"io"
	"os"
)

// Hold ends this process as soon as its standard input closes. The parent keeps the other end of
// that pipe open without ever writing to it, so the operating system closes it whenever the parent
// ends, by kill -9 too, on every platform.
//
// BED_FOLDER names the temporary folder of the bed. It goes with the process, because a parent that
// was killed can no longer remove it.
func Hold() {
	folder := os.Getenv("BED_FOLDER")
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		if folder != "" {
			_ = os.RemoveAll(folder)
		}
		os.Exit(0)
	}()
}
