CREATE TABLE `metric_epoch` (
	`epoch` integer PRIMARY KEY NOT NULL,
	`shards` integer NOT NULL,
	`starts_at` integer NOT NULL
);
