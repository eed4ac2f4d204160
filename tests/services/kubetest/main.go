// Command kubetest runs a real Kubernetes control plane for tests: etcd, kube-apiserver and the few controllers that
// namespaces and service accounts need, each as a subcommand of one binary.
//
//	kubetest etcd DIR CLIENT_URL PEER_URL
//	kubetest apiserver FLAGS...            (flags of kube-apiserver)
//	kubetest controller-manager FLAGS...   (flags of kube-controller-manager)
//
// A server lives as long as its standard input: the one who starts it holds a pipe to it, and the end of that pipe ends
// the server, however the holder came to its end.
package main

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/embed"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
)

func main() {
	if len(os.Args) < 2 {
		fail(usage())
	}
	go exitWithStandardInput()
	switch os.Args[1] {
	case "etcd":
		if len(os.Args) != 5 {
			fail(usage())
		}
		fail(runEtcd(os.Args[2], os.Args[3], os.Args[4]))
	case "apiserver":
		fail(execute(apiserver.NewAPIServerCommand()))
	case "controller-manager":
		fail(execute(controllers.NewControllerManagerCommand()))
	default:
		fail(fmt.Errorf("unknown subcommand %q", os.Args[1]))
	}
}

// exitWithStandardInput ends the process at once when its standard input ends. Nothing is worth an orderly stop here:
// the data directory is thrown away with the run.
func exitWithStandardInput() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func execute(command *cobra.Command) error {
	command.SetArgs(os.Args[2:])
	return command.Execute()
}

// runEtcd serves until it is told to stop. Its data is thrown away after the tests, so it does not wait for the disk.
func runEtcd(dir, clientURL, peerURL string) error {
	client, err := url.Parse(clientURL)
	if err != nil {
		return err
	}
	peer, err := url.Parse(peerURL)
	if err != nil {
		return err
	}
	config := embed.NewConfig()
	config.Dir = dir
	config.ListenClientUrls, config.AdvertiseClientUrls = []url.URL{*client}, []url.URL{*client}
	config.ListenPeerUrls, config.AdvertisePeerUrls = []url.URL{*peer}, []url.URL{*peer}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	config.UnsafeNoFsync = true
	config.LogLevel = "error"
	server, err := embed.StartEtcd(config)
	if err != nil {
		return err
	}
	defer server.Close()
	select {
	case <-server.Server.ReadyNotify():
	case <-time.After(time.Minute):
		return fmt.Errorf("etcd was not ready after a minute")
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	<-stop
	return nil
}

func usage() error {
	return fmt.Errorf("usage: kubetest etcd DIR CLIENT_URL PEER_URL | apiserver FLAGS... | controller-manager FLAGS...")
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
