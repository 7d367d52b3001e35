"""Comparison of people, titles and books: are two entries the same?"""
