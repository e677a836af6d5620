"""Clusters of several processes, started once for all tests."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PACKAGE = HERE.parents[1] / "python"
NO_JAVA = "no Java, which Spark needs: install openjdk-17-jre-headless, or set JAVA_HOME"

sys.path.insert(0, str(HERE))  # So that what is pickled by name has the name it has in workers.


@pytest.fixture(scope="session")
def java():
    """Skip where there is no Java: loudly, and in continuous integration as a failure."""
    if not shutil.which("java") and not os.environ.get("JAVA_HOME"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_JAVA)


@pytest.fixture(scope="session")
def spark_folder():
    """Where Spark writes, for the time of the tests."""
    with tempfile.TemporaryDirectory(prefix="slugline-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def spark_environment(java, spark_folder):
    """What Spark's processes find in their environment."""
    import pyspark

    # A cluster's executors are started by scripts of Spark's, which pip's package has, too. They
    # work in a folder beside, which should not be in the virtual environment.
    home = spark_folder / "home"
    home.mkdir()
    for part in Path(pyspark.__file__).parent.iterdir():
        if part.name != "work":
            (home / part.name).symlink_to(part)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_HOME", str(home))
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
        for folder in (HERE, PACKAGE):
            patch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
        yield


@pytest.fixture(scope="session")
def spark(spark_environment, spark_folder):
    """A session with a cluster on this machine: two executors with one core each."""
    from pyspark.sql import SparkSession

    quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # To start soon, not to run fast.
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .appName("slugline's tests")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.extraJavaOptions", quick)
        .config("spark.executor.extraJavaOptions", quick)
        .config("spark.executorEnv.PYTHONPATH", os.environ["PYTHONPATH"])
        .config("spark.local.dir", f"{spark_folder}/local")
        .config("spark.sql.warehouse.dir", f"{spark_folder}/warehouse")
        # Both executors are to be there before the first job.
        .config("spark.scheduler.minRegisteredResourcesRatio", "1.0")
        .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "120s")
        # Mistakes in a worker are to be seen once.
        .config("spark.task.maxFailures", "1")
        .config("spark.sql.session.timeZone", "Asia/Kolkata")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def pytest_terminal_summary(terminalreporter):
    """Say loudly what was not tested."""
    without = [r for r in terminalreporter.getreports("skipped") if NO_JAVA in str(r.longrepr)]
    if without:
        terminalreporter.section("NOT TESTED ON SPARK", sep="!", yellow=True, bold=True)
        terminalreporter.line(f"{len(without)} tests were skipped: {NO_JAVA}")
