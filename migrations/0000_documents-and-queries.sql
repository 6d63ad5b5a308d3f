CREATE TABLE `collection` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`description` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `collection_name_unique` ON `collection` (`name`);--> statement-breakpoint
CREATE TABLE `document` (
	`id` text PRIMARY KEY NOT NULL,
	`collection_id` text NOT NULL,
	`name` text NOT NULL,
	`latest_version` integer NOT NULL,
	`live_version` integer,
	`status` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`collection_id`) REFERENCES `collection`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `document_name` ON `document` (`collection_id`,`name`);--> statement-breakpoint
CREATE INDEX `document_created` ON `document` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `document_updated` ON `document` (`updated_at`,`id`);--> statement-breakpoint
CREATE INDEX `document_status` ON `document` (`collection_id`,`status`);--> statement-breakpoint
CREATE TABLE `feedback` (
	`query_id` text PRIMARY KEY NOT NULL,
	`thumb` text NOT NULL,
	`comment` text,
	`correct_document_id` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `idempotency` (
	`key` text PRIMARY KEY NOT NULL,
	`fingerprint` text NOT NULL,
	`status` integer,
	`body` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `idempotency_created` ON `idempotency` (`created_at`);--> statement-breakpoint
CREATE TABLE `inbox_object` (
	`key` text PRIMARY KEY NOT NULL,
	`etag` text NOT NULL,
	`document_id` text,
	`seen_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `job` (
	`id` text PRIMARY KEY NOT NULL,
	`document_id` text NOT NULL,
	`version` integer NOT NULL,
	`collection_id` text NOT NULL,
	`state` text NOT NULL,
	`stage` text NOT NULL,
	`percent` real DEFAULT 0 NOT NULL,
	`reason_code` text,
	`reason_message` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`build` integer DEFAULT 1 NOT NULL,
	`cursor` text,
	`handed_over` integer DEFAULT false NOT NULL,
	`lease_token` text,
	`lease_until` integer,
	`enqueued_at` integer NOT NULL,
	`dead_lettered_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`finished_at` integer,
	FOREIGN KEY (`document_id`) REFERENCES `document`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `job_document` ON `job` (`document_id`,`version`);--> statement-breakpoint
CREATE INDEX `job_created` ON `job` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `job_open` ON `job` (`enqueued_at`) WHERE state in ('queued', 'running');--> statement-breakpoint
CREATE INDEX `job_dead` ON `job` (`dead_lettered_at`) WHERE dead_lettered_at is not null;--> statement-breakpoint
CREATE TABLE `job_stage` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`job_id` text NOT NULL,
	`stage` text NOT NULL,
	`attempt` integer NOT NULL,
	`outcome` text NOT NULL,
	`started_at` integer NOT NULL,
	`duration_ms` real NOT NULL,
	`detail` text
);
--> statement-breakpoint
CREATE INDEX `job_stage_job` ON `job_stage` (`job_id`,`id`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`topic` text NOT NULL,
	`key` text NOT NULL,
	`created_at` integer NOT NULL,
	`due_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`due_at`);--> statement-breakpoint
CREATE INDEX `outbox_key` ON `outbox` (`topic`,`key`);--> statement-breakpoint
CREATE TABLE `query` (
	`id` text PRIMARY KEY NOT NULL,
	`collection_id` text NOT NULL,
	`question` text NOT NULL,
	`mode` text NOT NULL,
	`answered` integer NOT NULL,
	`answer` text NOT NULL,
	`citations` text NOT NULL,
	`passages` text NOT NULL,
	`timings` text NOT NULL,
	`degraded` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `query_created` ON `query` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `query_collection` ON `query` (`collection_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `sweep_position` (
	`sweep` text PRIMARY KEY NOT NULL,
	`position` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `version` (
	`document_id` text NOT NULL,
	`version` integer NOT NULL,
	`job_id` text NOT NULL,
	`sha256` text NOT NULL,
	`bytes` integer NOT NULL,
	`mime_type` text,
	`declared_type` text,
	`title` text,
	`metadata` text NOT NULL,
	`text_key` text,
	`pages` integer,
	`chunks` integer,
	`created_at` integer NOT NULL,
	`live_from` integer,
	`live_to` integer,
	PRIMARY KEY(`document_id`, `version`),
	FOREIGN KEY (`document_id`) REFERENCES `document`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `version_sha256` ON `version` (`sha256`);--> statement-breakpoint
INSERT INTO `collection` (`id`, `name`, `description`, `created_at`, `updated_at`) VALUES ('col_default', 'default', 'Documents that name no other collection', unixepoch() * 1000, unixepoch() * 1000);
