"""The plain HTML pages, which work on an old phone without JavaScript or cookies."""
