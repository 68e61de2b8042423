"""Finds articles by a part of their name, and suggests the most similar ones. Everything is prepared on import."""

import logging
from collections import defaultdict
from difflib import SequenceMatcher
from itertools import combinations, product

logger = logging.getLogger()
logger.setLevel(logging.INFO)

MATERIALS = ("steel", "brass", "copper", "nylon", "rubber", "ceramic", "carbon", "titanium")
KINDS = ("washer", "bolt", "bracket", "hinge", "gasket", "spring", "bearing", "coupling", "valve", "flange")
FINISHES = ("plain", "coated", "polished", "anodised", "galvanised", "blackened")
SUGGESTIONS = 3

ARTICLES = [f"{finish} {material} {kind}" for finish, material, kind in product(FINISHES, MATERIALS, KINDS)]


def index_names(articles):
    """Every four letters in a row of every name, with the articles that have them."""
    index = defaultdict(set)
    for article in articles:
        for start in range(len(article) - 3):
            index[article[start : start + 4]].add(article)
    return index


def compare_names(articles):
    """For every article those whose names look most alike."""
    likeness = defaultdict(list)
    for one, other in combinations(articles, 2):
        ratio = SequenceMatcher(None, one, other).ratio()
        likeness[one].append((ratio, other))
        likeness[other].append((ratio, one))
    return {article: [name for _, name in sorted(pairs)[-SUGGESTIONS:]] for article, pairs in likeness.items()}


INDEX = index_names(ARTICLES)
SIMILAR = compare_names(ARTICLES)


def handler(event, context):
    words = event["query"].lower()
    grams = [words[start : start + 4] for start in range(len(words) - 3)]
    found = sorted(set.intersection(*(INDEX.get(gram, set()) for gram in grams))) if grams else []
    logger.info("%r: %d of %d articles", event["query"], len(found), len(ARTICLES))
    best = found[: event.get("limit", 10)]
    return {"articles": [{"name": article, "similar": SIMILAR[article]} for article in best]}
