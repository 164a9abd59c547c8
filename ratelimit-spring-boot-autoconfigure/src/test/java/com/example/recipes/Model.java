package com.example.recipes;

class Model {

	Answer ask(String question) {
		if (question.isEmpty()) {
			throw new IllegalArgumentException("There is no question");
		}
		return new Answer("Because.", 30 * question.length());
	}

	record Answer(String text, long tokens) {
	}

}
