"""Spark Connect, which has neither a SparkContext nor broadcasts in Python."""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

# A process has sessions of one kind alone, so that these have one of their own.
CLIENT = """
from pyspark.sql import SparkSession
import slugline as sl

spark = SparkSession.builder.remote("local[1]").getOrCreate()
spark.conf.set("spark.sql.shuffle.partitions", 1)
spark.conf.set("spark.sql.codegen.wholeStage", "false")
gaz = sl.Gazetteer.from_dict({"org": {"NATO": ["NATO", "OTAN"]}, "place": {"China": ["中国"]}})
news = [(1, "中国政府在NATO总部"), (2, None), (3, "l’OTAN")]
df = spark.createDataFrame(news, "`n.1` int, text string")
assert type(df).__module__.startswith("pyspark.sql.connect."), type(df)

tags = sl.spark.tag(df, gaz, id="n.1", columns=["text"]).drop("text")
assert sorted(map(tuple, tags.collect())) == [
    (1, 0, 2, "中国", "place/China"),
    (1, 5, 9, "NATO", "org/NATO"),
    (3, 2, 6, "OTAN", "org/NATO"),
]
counts = [("org/NATO", 2, 2), ("place/China", 1, 1)]
assert list(map(tuple, sl.spark.count(df, gaz).collect())) == counts
marked = sl.spark.contains(df, gaz, errors="replace").collect()
assert {row["n.1"]: row.contains for row in marked} == {1: True, 2: False, 3: True}
try:
    sl.spark.tag(df, gaz, text="body")
except ValueError as error:
    assert "no column 'body'" in str(error)
else:
    raise AssertionError("a column that is not there")
spark.stop()
print("all is well")
"""


def test_a_session_of_spark_connect_does_the_same(spark_environment):
    if find_spec("grpc") is None:
        message = "no grpc, which Spark Connect needs: pip install 'pyspark[connect]'"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    # Not through pytest's own environment: a session that is there would be taken up.
    without = ("SPARK_REMOTE", "PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET")
    env = {name: value for name, value in os.environ.items() if name not in without}
    env["JDK_JAVA_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # To start soon.
    done = subprocess.run(
        [sys.executable, "-c", CLIENT], env=env, capture_output=True, text=True, timeout=300
    )
    assert done.stdout.endswith("all is well\n"), done.stderr[-3000:]
