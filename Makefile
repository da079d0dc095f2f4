# What can be done here: `make help`. All of it works as an ordinary user or as root, with Go, gcc and make.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help build deb demo run test check unit e2e-asterisk e2e-freeswitch deb-test image-test record-freeswitch asterisk fuzz bench clean

# SQLite is C.
export CGO_ENABLED := 1

# The Asterisk of the tests and the demo; deploy/get-asterisk.sh says where it is, and is quick when it is there.
asterisk = HOTLINE_ASTERISK="$${HOTLINE_ASTERISK:-$$(deploy/get-asterisk.sh)}"
step = @echo "== $(1)"
fuzztime = 20s
mutations = 1000000
# How many records the benchmarks of a large database have.
records = 500000
bench: export HOTLINE_BENCH_RECORDS = $(records)

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build the program into bin/
	$(call step,build bin/hotline)
	@mkdir -p bin
	@go build -o bin/ ./cmd/...

deb: ## build the Debian package into bin/, for another architecture with arch=arm64
	$(call step,build the package)
	@deploy/debian/build.sh bin $(arch)

demo: build asterisk ## run the whole thing against a real Asterisk and show what happens
	@$(asterisk) bin/demo

run: build asterisk ## the same, and keep it running to be played with
	@$(asterisk) bin/demo --keep

test: check unit e2e-asterisk deb-test ## everything that has to pass: check, unit tests, end to end on a real Asterisk, the package where root can try it

check: ## format, vet, staticcheck, layout of the code, tidiness of go.mod
	$(call step,gofmt)
	@bad=$$(gofmt -l .); [ -z "$$bad" ] || { echo "run gofmt -w on:"; echo "$$bad"; exit 1; }
	$(call step,go vet)
	@go vet ./...
	$(call step,staticcheck)
	@go tool staticcheck ./...
	$(call step,layout)
	@go test -count=1 .
	$(call step,go mod tidy)
	@go mod tidy -diff

unit: ## unit tests, with the race detector
	$(call step,unit tests)
	@go test -race -timeout 5m $$(go list ./... | grep -v /e2e)

e2e-asterisk: asterisk ## end to end on a real Asterisk with real SIP phones
	$(call step,end to end on asterisk)
	@$(asterisk) HOTLINE_ASTERISK_REQUIRED=1 go test -race -count=1 -timeout 20m ./ari/... ./e2e/...

e2e-freeswitch: ## the same on a real FreeSWITCH (FREESWITCH_PREFIX, or one on the PATH)
	$(call step,end to end on freeswitch)
	@[ -x "$${FREESWITCH_PREFIX:-}/bin/freeswitch" ] || command -v freeswitch >/dev/null || \
	    { echo "no FreeSWITCH: install one, or put the folder that has bin/freeswitch into FREESWITCH_PREFIX"; exit 1; }
	@HOTLINE_E2E_SWITCH=freeswitch HOTLINE_FREESWITCH_REQUIRED=1 go test -race -count=1 -timeout 20m ./esl/... ./e2e/...

# Where a scratch system can be made, the tests $(1) run in it; elsewhere it is said that they do not.
in_scratch = root=$$(deploy/debian/scratch-root.sh) || { [ $$? = 3 ] || exit 1; echo "== NOT TRIED: $(1), see above"; exit 0; }; \
    $(asterisk) HOTLINE_ASTERISK_REQUIRED=1 HOTLINE_SCRATCH_ROOT="$$root" go test -count=1 -timeout 20m -run '$(1)' ./e2e
not_tried = echo "== NOT TRIED: $(1) is not here"

deb-test: asterisk ## install, upgrade and remove the package on a Debian of its own, with systemd and calls up
	$(call step,the Debian package)
	@command -v shellcheck >/dev/null || { $(call not_tried,shellcheck); exit 0; }; shellcheck --severity=warning deploy/*.sh deploy/*/*.sh deploy/debian/p*
	@rm -f bin/hotline_*.deb; deploy/debian/build.sh bin
	@command -v lintian >/dev/null || { $(call not_tried,lintian); exit 0; }; lintian --fail-on error,warning --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog \
	    --allow-root bin/hotline_*.deb
	@export HOTLINE_DEB=$$(realpath bin/hotline_*.deb); $(call in_scratch,^TestDebianPackage)

image-test: asterisk ## build the images of docker-compose.yml without an engine, and call through them
	$(call step,the images)
	@$(call in_scratch,^TestImages)

record-freeswitch: ## record anew what a real FreeSWITCH says, for the tests that need none
	$(call step,record esl/testdata)
	@HOTLINE_E2E_SWITCH=freeswitch HOTLINE_FREESWITCH_REQUIRED=1 go test -count=1 -run TestConformance ./e2e -update

asterisk: ## fetch an Asterisk into a cache folder, unless there is one
	$(call step,asterisk)
	@[ -n "$${HOTLINE_ASTERISK:-}" ] || deploy/get-asterisk.sh >/dev/null

fuzz: ## run every fuzz test for a while (fuzztime=20s), and damage rules files at random (mutations=1000000)
	@for pkg in $$(go list ./...); do \
	    for name in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	        echo "== fuzz $$pkg $$name"; \
	        go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(fuzztime) $$pkg; \
	    done; \
	done
	$(call step,damaged rules)
	@HOTLINE_MUTATIONS=$(mutations) go test -count=1 -timeout 0 -run '^TestMutations$$' -v ./config

bench: asterisk ## run the benchmarks, those with calls on each switch that is there, and write one page (records=1000000)
	@mkdir -p bin
	@go build -o bin/bench ./cmd/bench
	@{ bad=0; calls='-benchtime 3s -timeout 10m ./e2e'; \
	    go test -run '^$$' -bench . -benchmem -timeout 30m $$(go list ./... | grep -v /e2e) || bad=1; \
	    export $(asterisk); echo "switch: asterisk"; \
	    go test -run '^$$' -bench Waiting $$calls || bad=1; \
	    go test -run '^$$' -bench 'Invite|Calls|FreeToRing' $$calls || bad=1; \
	    export HOTLINE_E2E_SWITCH=freeswitch; echo "switch: freeswitch"; \
	    go test -run '^$$' -bench 'Invite|Calls|FreeToRing' $$calls || bad=1; \
	    exit $$bad; \
	} | tee bin/bench.txt || echo "a benchmark failed; see bin/bench.txt"
	$(call step,the page)
	@bin/bench <bin/bench.txt | tee bin/bench-page.txt

clean: ## remove what was built (the fetched Asterisk stays in the cache folder)
	@rm -rf bin
