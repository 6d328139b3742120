# `make` lists the recipes. Each calls `livehouse` or a standard tool.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
HOME_DIR ?= $(CURDIR)/livehouse_home
UV := $(shell command -v uv)
UV := $(if $(UV),$(UV),.uv/bin/uv)
BIN := .venv/bin
STAMP := .venv/.locked
OLDEST := .venv-oldest-client/.locked
SPARK := .venv-spark/.locked
BENCH := .venv-bench/.locked
BENCH_DIR ?= $(CURDIR)/bench_home

export DO_NOT_TRACK := 1
export UV_PYTHON_DOWNLOADS := never

.DEFAULT_GOAL := help
.PHONY: help setup setup-spark demo test test-long test-spark bench questions check format dev lock \
	contracts clean check-python check-sql check-sql-published check-sql-others

help:  ## list the recipes
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## install into .venv, exactly what requirements.lock says

$(STAMP): requirements.lock pyproject.toml
	@command -v $(UV) >/dev/null || { \
		$(PYTHON) -m venv .uv && .uv/bin/pip install --quiet --disable-pip-version-check uv==0.13.9; }
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# The oldest client that a release promises to serve, for one test.
$(OLDEST): requirements-oldest-client.lock | $(STAMP)
	@test -x .venv-oldest-client/bin/python || $(UV) venv --quiet --python $(PYTHON) .venv-oldest-client
	@$(UV) pip sync --quiet --python .venv-oldest-client/bin/python --require-hashes $<
	@touch $@

# Everything of .venv and Spark; pyspark comes as source only and is built here: its Java archives
# are compressed already. Most of what is installed is never imported, so nothing is compiled ahead.
$(SPARK): requirements-spark.lock pyproject.toml | $(STAMP)
	@command -v java >/dev/null || { echo "Spark needs Java 17: install it, and set JAVA_HOME."; exit 1; }
	@test -x .venv-spark/bin/python || $(UV) venv --quiet --python $(PYTHON) .venv-spark
	@$(UV) pip sync --quiet --python .venv-spark/bin/python --require-hashes \
		--no-compile-bytecode --config-settings-package pyspark:--build-option=--compression=stored $<
	@$(UV) pip install --quiet --python .venv-spark/bin/python --no-deps --no-build-isolation -e .
	@touch $@

# Everything of .venv, and what Livehouse is measured against.
$(BENCH): requirements-bench.lock pyproject.toml | $(STAMP)
	@test -x .venv-bench/bin/python || $(UV) venv --quiet --python $(PYTHON) .venv-bench
	@$(UV) pip sync --quiet --python .venv-bench/bin/python --require-hashes --compile-bytecode $<
	@$(UV) pip install --quiet --python .venv-bench/bin/python --no-deps --no-build-isolation -e .
	@touch $@

setup-spark: $(SPARK)  ## install .venv-spark, for `livehouse run --target spark`

demo: setup  ## simulated dumps, one night, where the marts are, three queries to try
	@$(BIN)/livehouse simulate --home $(HOME_DIR) --days 3 --events-per-day 40000
	@$(BIN)/livehouse run --home $(HOME_DIR)
	@$(BIN)/python -m livehouse.samples $(HOME_DIR)

test: setup $(OLDEST)  ## every test
	@$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder

test-long: setup  ## answers against the truth of three larger worlds, 200 killed nights
	@$(BIN)/python -m pytest -m long -n 2 --dist loadscope --no-loadscope-reorder

questions: setup  ## write docs/questions.md anew
	@$(BIN)/python tests/questions_page.py

test-spark: $(SPARK)  ## a night on Spark and one on DuckDB: their published files are equal
	@.venv-spark/bin/python tests/spark/compare_engines.py

bench: $(BENCH)  ## measure speed, memory and size against others; BENCH_OPTIONS="--events 10000000"
	@.venv-bench/bin/python -m benchmarks $(BENCH_OPTIONS) --dir $(BENCH_DIR)

check: check-python check-sql  ## lint, format, types, SQL style

check-python: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

check-sql: setup
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-sql-published check-sql-others

# sqlfluff's own processes wait for each other for ever with dbt's templater: two of it, then, each
# with a dbt target of its own.
check-sql-published: SQL := dbt_project/models/facts dbt_project/models/marts
check-sql-others: SQL := $(filter-out %/facts %/marts %.md,$(wildcard dbt_project/models/*))
check-sql-published check-sql-others:
	@DBT_TARGET_PATH=$(CURDIR)/dbt_project/target/$@ DBT_LOG_PATH=$(CURDIR)/dbt_project/target/$@ \
		$(BIN)/sqlfluff lint --disable-progress-bar $(SQL)

format: setup  ## put Python and SQL into shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --disable-progress-bar dbt_project/models

dev: setup  ## the Dagster UI on http://127.0.0.1:3000: lineage, checks, runs
	@mkdir -p $(HOME_DIR)/.dagster && cp orchestration/dagster.yaml $(HOME_DIR)/.dagster/dagster.yaml
	@LIVEHOUSE_HOME=$(HOME_DIR) DAGSTER_HOME=$(HOME_DIR)/.dagster \
		$(BIN)/dagster dev -m orchestration.definitions -h 127.0.0.1 -p 3000

lock: setup  ## resolve the versions anew into the three lock files
	@$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 \
		--generate-hashes --no-header --quiet --output-file requirements.lock
	@$(UV) pip compile pyproject.toml --group dev --group spark --universal --python-version 3.11 \
		--constraint requirements.lock \
		--generate-hashes --no-header --quiet --output-file requirements-spark.lock
	@$(UV) pip compile pyproject.toml --group dev --group bench --universal --python-version 3.11 \
		--constraint requirements.lock \
		--generate-hashes --no-header --quiet --output-file requirements-bench.lock

contracts: setup  ## write the contract yml of facts, marts and meta anew from a built demo home
	@LIVEHOUSE_WAREHOUSE=$(HOME_DIR)/warehouse.duckdb $(BIN)/dbt --quiet build --exclude-resource-type unit_test test \
		--project-dir dbt_project --profiles-dir dbt_project --vars '{contracts: false}'
	@$(BIN)/python dbt_project/generate_contracts.py $(HOME_DIR)/warehouse.duckdb

clean:  ## remove the environment and all caches; homes stay
	@rm -rf .venv .venv-oldest-client .venv-spark .venv-bench .uv .mypy_cache .pytest_cache .ruff_cache dbt_project/target dbt_project/logs
