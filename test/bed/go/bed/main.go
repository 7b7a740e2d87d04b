// Command bed is a whole Kubernetes control plane in one binary: linked once instead of five times,
// it builds in a fifth of the time and takes a fifth of the room.
//
//	bed etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubectl [flags]
//
// It goes by its own name too, so that a link called kubectl is a kubectl.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	_ "time/tzdata" // CronJobs name time zones, and the machine may have no database of them

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	"k8s.io/component-base/cli"
	"k8s.io/component-base/logs"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"

	"sisyphus/test/bed/lifeline"
)

var programs = map[string]func(args []string){
	"etcd":                    etcdmain.Main,
	"kube-apiserver":          server(apiserver.NewAPIServerCommand),
	"kube-controller-manager": server(controllermanager.NewControllerManagerCommand),
	"kube-scheduler":          server(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kubectl":                 runKubectl,
}

func main() {
	args := os.Args
	name := filepath.Base(args[0])
	if _, known := programs[name]; !known && len(args) > 1 {
		args = args[1:]
		name = args[0]
	}
	run, known := programs[name]
	if !known {
		fmt.Fprintln(os.Stderr, "usage: bed etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubectl [flags]")
		os.Exit(2)
	}
	if name != "kubectl" {
		lifeline.Hold()
	}
	// The programs read the process's arguments themselves, each in a place of its own.
	os.Args = args
	run(args)
}

func server(command func() *cobra.Command) func([]string) {
	return func([]string) { os.Exit(cli.Run(command())) }
}

func runKubectl(args []string) {
	// The verbosity has to be known before the command exists, because making it reads files.
	_, _ = logs.GlogSetter(kubectl.GetLogVerbosity(args))
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		kubectlutil.CheckErr(err)
	}
}
