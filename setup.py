"""The wheel: the package, and beside it the demo community, which stays in data/demo."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["assetmap", "assetmap.*"]), "assetmap._demo"],
    package_dir={"assetmap._demo": "data/demo"},
    package_data={
        "": ["*.csv", "*.toml", "*.html", "*.css", "*.js", "*.svg", "*.txt", "*.ttf", "*.woff2"],
        "assetmap": ["**/*"],
        "assetmap._demo": [
            "*.csv",
            "*.geojson",
            "*.json",
            "*.toml",
            "*.md",
            "releases/*.csv",
            "survey/*",
        ],
    },
    exclude_package_data={"": ["*.pyc", "__pycache__/*", "*.nbc", "*.nbi"]},
)
