# What there is to do here. `make help` lists it.

PREFIX ?= /usr/local
DESTDIR ?=
release := .build-release
binary := $(release)/muster

.PHONY: all release help demo test check fmt bench bench-provisioning protos docs install clean
.DEFAULT_GOAL := all

all: release ## the release binary, .build-release/muster (stripped, Swift's runtime linked in)

release:
	@scripts/prerequisites g++ git libsqlite3-dev zlib1g-dev
	swift build --configuration release --product muster --static-swift-stdlib --scratch-path $(release)
	strip --strip-all -o $(binary) "$$(swift build --configuration release --static-swift-stdlib --scratch-path $(release) --show-bin-path)/muster"

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' Makefile

demo: ## prove real zero-knowledge proofs on an embedded cluster, with a worker that cheats
	@scripts/demo

test: ## everything that has to be right before a change is taken
	@scripts/test

check: ## the part of it that does not run the program: form, rules, links, generated code
	@scripts/check

fmt: ## bring the Swift files into the form that `make check` wants
	@scripts/format

bench: ## how fast it is, release build
	@scripts/bench

bench-provisioning: ## how fast machines become a cluster, beside Ansible; takes root
	@scripts/bench provisioning

protos: ## make the code of the protocols (Protos/*.proto) anew
	@scripts/protos

docs: ## check that every link in the documents leads somewhere
	@scripts/links

# Only when it is missing: whoever installs as root has built before, and root may have no Swift on its PATH.
$(binary):
	@$(MAKE) --no-print-directory release

install: $(binary) ## put the binary and shell completions under PREFIX (/usr/local)
	install -D -m 755 $(binary) "$(DESTDIR)$(PREFIX)/bin/muster"
	install -d "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	$(binary) --generate-completion-script bash >"$(DESTDIR)$(PREFIX)/share/bash-completion/completions/muster"
	$(binary) --generate-completion-script zsh >"$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_muster"
	$(binary) --generate-completion-script fish >"$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/muster.fish"

clean: ## remove everything that was built or downloaded here
	rm -rf .build $(release) .build-protos .venv-bench examples/*/work
